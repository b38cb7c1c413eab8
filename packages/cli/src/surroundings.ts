import type { Readable } from 'node:stream';
import type { ExitCode } from './exit-code.js';
import type { Terminal } from './terminal.js';

/** What every command gets, and where it leaves its exit code. */
export interface Surroundings {
  readonly env: NodeJS.ProcessEnv;
  readonly terminal: Terminal;
  /** What is piped in. */
  readonly input: Readable;
  exitCode: ExitCode;
}
