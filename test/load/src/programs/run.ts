import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { bareEnvironment } from '@gatehouse/testing';

const execute = promisify(execFile);

/**
 * Runs a program to its end and answers what it printed.
 * @throws Error with what it said when it fails.
 */
export async function run(program: string, args: readonly string[], cwd?: string): Promise<string> {
  const options = { cwd, env: bareEnvironment(), maxBuffer: 16 * 1024 * 1024 };
  return (await execute(program, [...args], options)).stdout;
}
