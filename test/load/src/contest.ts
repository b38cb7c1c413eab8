import type { BenchContext } from './bench.js';
import { readable } from './console.js';
import { median, rounded } from './statistics.js';
import type { LoadResult, Wrk } from './wrk.js';

/** A proxy in the contest. */
export interface Contestant {
  name: string;
  url: string;
}

/** What a contestant reached over all rounds, as medians. */
export interface Standing {
  requestsPerSecond: number;
  p50Ms: number;
  p99Ms: number;
}

const PATH = '/bench/hello';

/**
 * Loads the contestants in turn, for several rounds, so that whatever else the machine does hits all alike.
 * @throws Error when one answers a request with an error: it would not be doing the same work.
 */
export async function contest(
  contestants: readonly Contestant[],
  wrk: Wrk,
  { options, console }: BenchContext,
  requestsPerSecond?: number,
): Promise<Map<string, Standing>> {
  const { seconds, rounds, connections } = options;
  const results = new Map<string, LoadResult[]>(contestants.map(({ name }) => [name, []]));
  for (let round = 1; round <= rounds; round++) {
    for (const { name, url } of contestants) {
      const result = await wrk.load({ url: url + PATH, seconds, connections, requestsPerSecond });
      if (result.failures) throw new Error(`${name} answered ${result.failures} requests with an error`);
      console.line(
        `  round ${round}/${rounds}  ${name.padEnd(14)} ${readable(result.requestsPerSecond).padStart(8)}/s  p50 ${readable(result.p50Ms, 2)} ms  p99 ${readable(result.p99Ms, 2)} ms`,
      );
      results.get(name)!.push(result);
    }
  }
  return new Map([...results].map(([name, all]) => [name, standingOf(all)]));
}

const standingOf = (results: readonly LoadResult[]): Standing => ({
  requestsPerSecond: Math.round(median(results.map((r) => r.requestsPerSecond))),
  p50Ms: rounded(median(results.map((r) => r.p50Ms))),
  p99Ms: rounded(median(results.map((r) => r.p99Ms))),
});
