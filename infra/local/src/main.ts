import { parseCommandLine, USAGE, UsageError } from './command-line.js';
import type { CommandLine } from './command-line.js';
import { stopLeftOvers } from './left-overs.js';
import { ConfigError, readLocalConfig } from './local.config.js';
import type { LocalConfig } from './local.config.js';
import { reset, resetTargets } from './reset.js';
import { startLocal } from './start-local.js';
import { makeStateDir, stateDirAt } from './state-dir.js';
import type { StateDir } from './state-dir.js';
import { stopRequest } from './stop-request.js';
import { AlreadyRunning, lockStateDir } from './supervisor-lock.js';
import { Terminal } from './terminal.js';

/** BSD sysexits. */
const EX_USAGE = 64;
const EX_TEMPFAIL = 75;
const EX_CONFIG = 78;

async function main(): Promise<void> {
  const options = parseCommandLine(process.argv.slice(2));
  if (options.help) return void process.stdout.write(USAGE);
  const config = readLocalConfig(process.env);
  const state = stateDirAt(options.dir);
  if (options.reset && !options.yes) return announceReset(state);
  await makeStateDir(state);
  const lock = await lockStateDir(state);
  try {
    await (options.reset ? performReset(state) : run(state, options, config));
  } finally {
    await lock.release();
  }
}

async function run(state: StateDir, options: CommandLine, config: LocalConfig): Promise<void> {
  const terminal = new Terminal(process.stdout, process.stderr);
  const asked = stopRequest(process.env['npm_lifecycle_event'] !== undefined);
  const leftOvers = await stopLeftOvers(state);
  if (leftOvers.length > 0) terminal.line(`  stopped what a killed run left: ${leftOvers.join(', ')}`);
  const local = startLocal(state, options, config, terminal);
  try {
    await Promise.race([local.started, asked]);
    terminal.line(`\nstopping after ${await asked} …`);
  } finally {
    await local.stop();
    await local.started.catch(() => {}); // its failure is thrown already, or stopping was the cause
  }
  terminal.line('stopped');
}

async function announceReset(state: StateDir): Promise<void> {
  const targets = await resetTargets(state);
  const list = targets.map((path) => `  ${path}\n`).join('');
  process.stdout.write(
    targets.length > 0
      ? `--reset would remove every token, event and record of this installation:\n${list}Add --yes to do it.\n`
      : `There is nothing to remove in ${state.root}.\n`,
  );
}

async function performReset(state: StateDir): Promise<void> {
  await stopLeftOvers(state);
  await reset(await resetTargets(state));
  process.stdout.write('Removed. The next start begins anew.\n');
}

function exitCodeOf(error: unknown): number {
  if (error instanceof UsageError) return EX_USAGE;
  if (error instanceof AlreadyRunning) return EX_TEMPFAIL;
  return error instanceof ConfigError ? EX_CONFIG : 1;
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = exitCodeOf(error);
});
