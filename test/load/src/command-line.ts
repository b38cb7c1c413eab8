import { parseArgs } from 'node:util';
import type { Bench, BenchOptions } from './bench.js';

/** The command line cannot be understood; the message says which part. */
export class UsageError extends Error {
  override name = 'UsageError';
}

/** What `--help` shows. */
export const USAGE = (
  benches: readonly Bench[],
): string => `Measures Gatehouse beside its peers, in turn, in one run.

  npm run bench -- <name> [options]

${benches.map(({ name, summary }) => `  ${name.padEnd(18)} ${summary}`).join('\n')}

  --seconds <n>      length of one measurement (default 10)
  --rounds <n>       how often everything is measured (default 3)
  --connections <n>  kept open by the load generator (default 64)
  --tokens <n>       distinct tokens (default: 200; gateway-opaque: 100000)
  --revocations <n>  tokens to revoke (default 200)
  --minutes <n>      length of gateway-endurance (default 10)
  --leaves <n>       leaves to log (default 1000000) or to search (default 5000000)

wrk, haproxy and nginx are used where they are installed, or fetched from Debian; a peer that is not to be had is left out.
The last line of output is one JSON object.
`;

/** @returns `undefined` when help is asked for. */
export function parseCommandLine(
  args: readonly string[],
  benches: readonly Bench[],
): { bench: Bench; options: BenchOptions } | undefined {
  const { values, positionals } = parse(args);
  if (values.help || positionals.length === 0) return undefined;
  const bench = benches.find(({ name }) => name === positionals[0]);
  if (!bench || positionals.length > 1)
    throw new UsageError(
      `there is no bench "${positionals.join(' ')}": ${benches.map((b) => b.name).join(', ')}`,
    );
  const options = {
    seconds: wholeNumber('seconds', values.seconds),
    rounds: wholeNumber('rounds', values.rounds),
    connections: wholeNumber('connections', values.connections),
    tokens: values.tokens === undefined ? undefined : wholeNumber('tokens', values.tokens),
    revocations: wholeNumber('revocations', values.revocations),
    minutes: wholeNumber('minutes', values.minutes),
    leaves: values.leaves === undefined ? undefined : wholeNumber('leaves', values.leaves, 10_000_000),
  };
  return { bench, options };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        help: { type: 'boolean', short: 'h', default: false },
        seconds: { type: 'string', default: '10' },
        rounds: { type: 'string', default: '3' },
        connections: { type: 'string', default: '64' },
        tokens: { type: 'string' },
        revocations: { type: 'string', default: '200' },
        minutes: { type: 'string', default: '10' },
        leaves: { type: 'string' },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

function wholeNumber(name: string, text: string, most = 1_000_000): number {
  const value = Number(text);
  if (Number.isInteger(value) && value > 0 && value <= most) return value;
  throw new UsageError(`--${name}: expected a whole number from 1 on, got "${text}"`);
}
