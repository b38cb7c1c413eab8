import type { Readable } from 'node:stream';
import { CommanderError } from 'commander';
import { ExitCode } from './exit-code.js';
import { gatehouse } from './gatehouse.command.js';
import type { Surroundings } from './surroundings.js';
import { Terminal, type TerminalOptions } from './terminal.js';
import { UsageError } from './usage-error.js';

/**
 * Runs one `gatehouse` command.
 * @param args the words after `gatehouse`.
 * @returns the exit code: 0, 1 failure, 2 wrong usage, 130 interrupted.
 */
export async function runGatehouse(
  args: readonly string[],
  {
    env,
    terminal: options,
    input = process.stdin,
  }: { env: NodeJS.ProcessEnv; terminal: TerminalOptions; input?: Readable },
): Promise<ExitCode> {
  const surroundings: Surroundings = {
    env,
    input,
    terminal: new Terminal(options),
    exitCode: ExitCode.success,
  };
  try {
    await gatehouse(surroundings).parseAsync([...args], { from: 'user' });
    return surroundings.exitCode;
  } catch (error) {
    return report(error, surroundings.terminal);
  }
}

function report(error: unknown, terminal: Terminal): ExitCode {
  // commander has printed its own message.
  if (error instanceof CommanderError) return error.exitCode === 0 ? ExitCode.success : ExitCode.usage;
  if (terminal.signal.aborted) return ExitCode.interrupted;
  const message = error instanceof Error ? error.message : String(error);
  terminal.note(`${terminal.colours.red('error:')} ${message.replaceAll(/\s*\n\s*/g, ' ')}`);
  return error instanceof UsageError ? ExitCode.usage : ExitCode.failure;
}
