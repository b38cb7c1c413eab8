import { parseArgs } from 'node:util';

/** What `npm start -- …` was asked for. */
export interface CommandLine {
  help: boolean;
  /** Where everything this installation keeps lies. */
  dir: string;
  gateways: number;
  /** Leave the default ports to others. */
  anyPorts: boolean;
  reset: boolean;
  /** Do what `reset` only announces. */
  yes: boolean;
}

export const USAGE = `Starts Gatehouse on this machine: engines, services and a demo API behind the gateway.

  npm start -- [options]

  --dir <folder>    where data, secrets and logs are kept (default .gatehouse)
  --gateways <n>    how many gateways run side by side (default 1)
  --any-ports       listen on any free ports instead of the usual ones
  --reset           say what removing all data would remove; with --yes, remove it
  --yes             do it
  --help            show this

Environment: DATABASE_URL, NATS_URL and CLICKHOUSE_URL replace an engine by one that runs elsewhere; GATEWAY_CONFIG names
another gateway.yaml; LOG_LEVEL (default info) is passed on to every service.
Stop it with Ctrl-C or SIGTERM. The next start finds the same data.
`;

const MAX_GATEWAYS = 16;

/** Thrown for a command line that cannot be understood; the message says which part. */
export class UsageError extends Error {
  override name = 'UsageError';
}

/** @throws UsageError for an unknown option or a wrong value. */
export function parseCommandLine(args: readonly string[]): CommandLine {
  const { help, dir, gateways, 'any-ports': anyPorts, reset, yes } = optionsIn(args);
  const count = Number(gateways);
  if (!Number.isInteger(count) || count < 1 || count > MAX_GATEWAYS)
    throw new UsageError(`--gateways: expected a number from 1 to ${MAX_GATEWAYS}, got "${gateways}"`);
  if (!dir) throw new UsageError('--dir: expected a folder');
  return { help, dir, gateways: count, anyPorts, reset, yes };
}

function optionsIn(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        help: { type: 'boolean', short: 'h', default: false },
        dir: { type: 'string', default: '.gatehouse' },
        gateways: { type: 'string', default: '1' },
        'any-ports': { type: 'boolean', default: false },
        reset: { type: 'boolean', default: false },
        yes: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}
