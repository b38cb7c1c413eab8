import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Pinning } from './cores.js';
import { findProgram } from './programs/find-program.js';
import { run } from './programs/run.js';
import type { Surroundings } from './surroundings.js';

/** What one measurement found. */
export interface LoadResult {
  requestsPerSecond: number;
  /** Answers with a status of 400 or more, and requests without an answer. */
  failures: number;
  p50Ms: number;
  p99Ms: number;
}

/** How to load a server. */
export interface LoadOptions {
  url: string;
  seconds: number;
  connections: number;
  /** Sent at this rate; absent: as fast as it goes. */
  requestsPerSecond?: number;
}

/** wrk cycles through the tokens in the order of the sequence, each request written beforehand. */
const SCRIPT = `
local requests, sequence, at, delays = {}, {}, 0, 0
function init(args)
  local tokens = {}
  for line in io.lines(args[1]) do tokens[#tokens + 1] = line end
  for line in io.lines(args[2]) do sequence[#sequence + 1] = tonumber(line) + 1 end
  delays = tonumber(args[3])
  for i, token in ipairs(tokens) do
    requests[i] = wrk.format("GET", nil, { ["Authorization"] = "Bearer " .. token, ["User-Agent"] = "bench/1.0" })
  end
  at = math.random(#sequence)
end
function request()
  at = at % #sequence + 1
  return requests[sequence[at]]
end
function delay()
  if delays == 0 then return 0 end
  return math.random(0, 2 * delays)
end
function done(summary, latency)
  local e = summary.errors
  io.write(string.format("RESULT %d %d %d %f %f\\n", summary.requests, summary.duration,
    e.connect + e.read + e.write + e.status + e.timeout, latency:percentile(50), latency:percentile(99)))
end
`;

/** Debian's wrk, set up for one set of tokens. */
export class Wrk {
  private constructor(
    private readonly program: string,
    private readonly folder: string,
    private readonly pinning: Pinning,
  ) {}

  /**
   * @param sequence indices of tokens, in the order of their use.
   * @throws Error when wrk is not to be had: without it nothing can be measured.
   */
  static async with(
    { folder, pinning }: Surroundings,
    tokens: readonly string[],
    sequence: readonly number[],
  ): Promise<Wrk> {
    const program = await findProgram('wrk');
    if (!program) throw new Error('wrk is not to be had: install it (apt-get install wrk)');
    await writeFile(join(folder, 'load.lua'), SCRIPT);
    await writeFile(join(folder, 'tokens.txt'), `${tokens.join('\n')}\n`, { mode: 0o600 });
    await writeFile(join(folder, 'sequence.txt'), `${sequence.join('\n')}\n`);
    return new Wrk(program, folder, pinning);
  }

  /** Loads a server from one thread. */
  async load({ url, seconds, connections, requestsPerSecond }: LoadOptions): Promise<LoadResult> {
    // Each connection waits so long on average between two requests.
    const delayMs = requestsPerSecond ? Math.max(1, Math.round((1000 * connections) / requestsPerSecond)) : 0;
    const args = ['-t1', `-c${connections}`, `-d${seconds}s`, '--timeout', '10s', '--latency'];
    const files = [join(this.folder, 'tokens.txt'), join(this.folder, 'sequence.txt'), `${delayMs}`];
    const output = await run(
      ...this.pinning.bound('load', this.program, [
        ...args,
        '-s',
        join(this.folder, 'load.lua'),
        url,
        '--',
        ...files,
      ]),
    );
    return resultIn(output);
  }
}

function resultIn(output: string): LoadResult {
  const [, requests, durationUs, failures, p50Us, p99Us] =
    /RESULT (\d+) (\d+) (\d+) ([\d.]+) ([\d.]+)/.exec(output)?.map(Number) ?? [];
  if (requests === undefined) throw new Error(`wrk said something unexpected: ${output.slice(0, 500)}`);
  return {
    requestsPerSecond: (requests * 1e6) / durationUs!,
    failures: failures!,
    p50Ms: p50Us! / 1000,
    p99Ms: p99Us! / 1000,
  };
}
