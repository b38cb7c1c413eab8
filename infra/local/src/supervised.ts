import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Child, describeExit } from '@gatehouse/testing';
import { LogFile } from './log-file.js';
import type { Part } from './part.js';
import { writePrivateFile } from './private-file.js';
import { markOf } from './process-mark.js';
import type { StateDir } from './state-dir.js';

const BACKOFF_MIN_MS = 200;
const BACKOFF_MAX_MS = 10_000;
/** Up for this long, the next crash counts as the first. */
const STABLE_MS = 30_000;

/** Where a supervised process's news go. */
export interface Observer {
  /** Output, as it comes. */
  output(part: Part, chunk: Buffer): void;
  /** It ended by itself; it is started again after the wait. */
  crashed(part: Part, reason: string, waitMs: number): void;
  recovered(part: Part): void;
}

/** Keeps one process running: when it ends by itself it is started again, alone, with a growing wait. */
export class Supervised {
  #child: Child | undefined;
  #wasReady = false;
  #watching: Promise<void> = Promise.resolve();
  readonly #stopped = new AbortController();
  readonly #log: LogFile;

  constructor(
    readonly part: Part,
    private readonly state: Pick<StateDir, 'logs' | 'pids'>,
    private readonly observer: Observer,
  ) {
    this.#log = new LogFile(join(state.logs, `${part.name}.log`));
  }

  /**
   * Starts it and resolves when it is ready; from then on it is restarted.
   * @throws Error naming the part, when it does not become ready the first time: then nobody restarts it.
   */
  async start(): Promise<void> {
    try {
      this.#watching = this.#watch(await this.#launch());
    } catch (error) {
      throw new Error(`${this.part.name} did not start: ${reasonOf(error)}`, { cause: error });
    }
  }

  /** Ends it for good, however far it has come. */
  async stop(): Promise<void> {
    this.#stopped.abort();
    await this.#child?.stop(this.part.stopSignal, this.part.graceMs);
    await this.#watching;
    await rm(this.#pidFile, { force: true });
    this.#log.close();
  }

  get #pidFile(): string {
    return join(this.state.pids, `${this.part.name}.json`);
  }

  get #isStopping(): boolean {
    return this.#stopped.signal.aborted;
  }

  async #launch(): Promise<Child> {
    if (this.#isStopping) throw new Error('it was asked to stop');
    const child = await Child.start(this.part.program);
    this.#child = child;
    child.onOutput((chunk) => {
      this.#log.write(chunk);
      // What a start that fails has to say is in its error.
      if (this.#wasReady) this.observer.output(this.part, chunk);
    });
    await writePrivateFile(this.#pidFile, JSON.stringify(await markOf(child.pid)) ?? '');
    if (this.#isStopping) await child.stop(this.part.stopSignal, this.part.graceMs);
    await this.part.ready(child);
    this.#wasReady = true;
    return child;
  }

  async #watch(first: Child): Promise<void> {
    let child: Child | undefined = first;
    let waitMs = BACKOFF_MIN_MS;
    let reason = '';
    while (!this.#isStopping) {
      const since = performance.now();
      if (child) reason = `ended with ${describeExit(await child.exited)}`;
      if (this.#isStopping) return;
      if (performance.now() - since > STABLE_MS) waitMs = BACKOFF_MIN_MS;
      this.observer.crashed(this.part, reason, waitMs);
      await delay(waitMs, undefined, { signal: this.#stopped.signal }).catch(() => {});
      waitMs = Math.min(waitMs * 2, BACKOFF_MAX_MS);
      child = await this.#relaunch((failure) => (reason = failure));
    }
  }

  async #relaunch(onFailure: (reason: string) => void): Promise<Child | undefined> {
    try {
      const child = await this.#launch();
      this.observer.recovered(this.part);
      return child;
    } catch (error) {
      await this.#child?.stop('SIGKILL');
      onFailure(reasonOf(error));
      return undefined;
    }
  }
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
