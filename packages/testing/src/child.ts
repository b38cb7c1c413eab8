import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:os';

/** How to start one program. */
export interface ProgramSpec {
  command: string;
  args: readonly string[];
  /** The whole environment of the program. */
  env: NodeJS.ProcessEnv;
  cwd?: string;
  /** Whom to run as, where the caller is root and the program refuses to be. */
  uid?: number;
  gid?: number;
}

/** How a program ended: by itself with a code, or by a signal. */
export interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

const KEPT_LOG_CHARACTERS = 1_000_000;

/** A running program, the end of its output, and a way to stop it that always ends. */
export class Child {
  /** Resolves once, when the program has ended and its output is read. */
  readonly exited: Promise<Exit>;
  readonly pid: number;
  #process: ChildProcess;
  #log = '';

  private constructor(process: ChildProcess, pid: number) {
    this.#process = process;
    this.pid = pid;
    this.exited = once(process, 'close').then(([code, signal]) => ({ code, signal }));
    for (const stream of [process.stdout, process.stderr]) stream?.on('data', (chunk) => this.#keep(chunk));
  }

  /**
   * Starts a program in a process group of its own, so that Ctrl-C in the terminal reaches only us and
   * the order of stopping stays ours.
   * @throws the system's error (`ENOENT`, `EACCES`) when it cannot be started.
   */
  static async start(spec: ProgramSpec): Promise<Child> {
    const child = spawn(spec.command, spec.args, {
      env: spec.env,
      cwd: spec.cwd,
      uid: spec.uid,
      gid: spec.gid,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    await once(child, 'spawn');
    return new Child(child, child.pid!);
  }

  /** Whether it has not ended yet. */
  get running(): boolean {
    return this.#process.exitCode === null && this.#process.signalCode === null;
  }

  /** The end of what it wrote to standard output and standard error, at most a million characters. */
  get log(): string {
    return this.#log;
  }

  /** Calls `listener` with each piece of output, as it comes. */
  onOutput(listener: (chunk: Buffer) => void): void {
    for (const stream of [this.#process.stdout, this.#process.stderr]) stream?.on('data', listener);
  }

  /** Sends a signal; says nothing when the program is already gone. */
  signal(signal: NodeJS.Signals): void {
    if (this.running) this.#process.kill(signal);
  }

  /** Asks it to end with `signal`, and insists with SIGKILL after `graceMs`. */
  async stop(signal: NodeJS.Signals = 'SIGTERM', graceMs = 30_000): Promise<Exit> {
    this.signal(signal);
    const insist = setTimeout(() => this.signal('SIGKILL'), graceMs);
    try {
      return await this.exited;
    } finally {
      clearTimeout(insist);
    }
  }

  #keep(chunk: Buffer): void {
    this.#log += chunk.toString();
    if (this.#log.length > KEPT_LOG_CHARACTERS) this.#log = this.#log.slice(-KEPT_LOG_CHARACTERS / 2);
  }
}

/** An exit as people say it: `code 78`, `signal SIGKILL`. */
export const describeExit = ({ code, signal }: Exit): string =>
  signal ? `signal ${signal} (${constants.signals[signal]})` : `code ${code}`;
