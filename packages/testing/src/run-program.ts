import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/**
 * Runs a program to its end.
 * @returns its standard output.
 * @throws Error with the end of its standard error, which is what a person needs to act on.
 */
export async function runProgram(
  command: string,
  args: readonly string[],
  options: { timeoutMs?: number; uid?: number; gid?: number; cwd?: string; env?: NodeJS.ProcessEnv } = {},
): Promise<string> {
  const { timeoutMs = 30_000, ...rest } = options;
  try {
    const { stdout } = await execute(command, args, { ...rest, timeout: timeoutMs, maxBuffer: 16 << 20 });
    return stdout;
  } catch (error) {
    throw new Error(`${command} failed: ${endOfStderr(error)}`, { cause: error });
  }
}

function endOfStderr(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const stderr = 'stderr' in error && typeof error.stderr === 'string' ? error.stderr.trim() : '';
  return stderr.slice(-1000) || error.message;
}
