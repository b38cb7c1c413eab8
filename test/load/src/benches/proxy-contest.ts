import type { BenchContext } from '../bench.js';
import { readable } from '../console.js';
import { contest, type Contestant, type Standing } from '../contest.js';
import { rounded } from '../statistics.js';
import type { RecordReaders } from '../system/record-readers.js';
import type { Wrk } from '../wrk.js';

/** The one all ratios are of. */
export const OURS = 'gatehouse';
const DIRECT = 'upstream';

/** Who takes part, and what they are held against. */
export interface ProxyContest {
  contestants: readonly Contestant[];
  upstream: string;
  wrk: Wrk;
  readers: RecordReaders;
}

/**
 * Full load, ratios, then half of our own full load to see what we add to the slowest answers. A gateway is what is
 * measured beside proxies: audit and analytics, which run elsewhere and beside which no peer has anything, stand still
 * meanwhile, and their records wait in JetStream. How fast it is while they work on the same cores is measured first.
 */
export async function runProxyContest(
  { contestants, upstream, wrk, readers }: ProxyContest,
  context: BenchContext,
): Promise<Record<string, unknown>> {
  const { console } = context;
  console.line('\nwarming up');
  const brief = { ...context, options: { ...context.options, seconds: 3, rounds: 1 } };
  await contest(contestants, wrk, brief);
  console.line('\nfull load, while audit and analytics take in the records');
  const whole = await contest(
    contestants.filter(({ name }) => name === OURS),
    wrk,
    context,
  );
  await readers.hold();
  console.line('\nfull load, while they stand still');
  const full = await contest(contestants, wrk, context);
  const ours = full.get(OURS)!;
  const halfRate = Math.round(ours.requestsPerSecond / 2);
  console.line(
    `\nhalf of our own full load: ${readable(halfRate)}/s for everybody, and straight to the upstream`,
  );
  const half = await contest([...contestants, { name: DIRECT, url: upstream }], wrk, context, halfRate);
  return { ...report(full, half, context), whileRecordsAreRead: whole.get(OURS) };
}

function report(
  full: ReadonlyMap<string, Standing>,
  half: ReadonlyMap<string, Standing>,
  { console }: BenchContext,
): Record<string, unknown> {
  const ours = full.get(OURS)!;
  const ratios: Record<string, number> = {};
  for (const [name, peer] of full)
    if (name !== OURS) ratios[name] = rounded(ours.requestsPerSecond / peer.requestsPerSecond);
  const addedP99Ms = rounded(half.get(OURS)!.p99Ms - half.get(DIRECT)!.p99Ms);
  console.line('\nmedians over the rounds, full load');
  console.table(
    ['', 'requests/s', 'p50 ms', 'p99 ms', 'ours ÷ this'],
    [...full].map(([name, s]) => [
      name,
      readable(s.requestsPerSecond),
      readable(s.p50Ms, 2),
      readable(s.p99Ms, 2),
      ratios[name]?.toFixed(2) ?? '',
    ]),
  );
  console.line('\nmedians over the rounds, half load');
  console.table(
    ['', 'requests/s', 'p50 ms', 'p99 ms'],
    [...half].map(([name, s]) => [
      name,
      readable(s.requestsPerSecond),
      readable(s.p50Ms, 2),
      readable(s.p99Ms, 2),
    ]),
  );
  console.line(`\nadded to the upstream's p99 at half load: ${readable(addedP99Ms, 2)} ms\n`);
  return { ratios, addedP99Ms, full: Object.fromEntries(full), half: Object.fromEntries(half) };
}
