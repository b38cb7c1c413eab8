import { setTimeout as delay } from 'node:timers/promises';

const LONGEST_MS = 30_000;

/** What has been started and must be ended, whatever happens. */
export class CleanUp {
  readonly #tasks: (() => Promise<unknown>)[] = [];

  /** Adds a task; tasks run in the opposite order. */
  add(task: () => Promise<unknown>): void {
    this.#tasks.push(task);
  }

  /** Runs every task, even after one has failed. */
  async run(): Promise<void> {
    for (let task = this.#tasks.pop(); task; task = this.#tasks.pop())
      await Promise.race([task(), tooLong()]).catch((error: unknown) =>
        process.stderr.write(`cleaning up: ${String(error)}\n`),
      );
  }
}

async function tooLong(): Promise<never> {
  await delay(LONGEST_MS, undefined, { ref: false });
  throw new Error('something does not end; going on');
}

/** Runs the work, then cleans up: also after an error, Ctrl-C or SIGTERM. */
export async function withCleanUp<Result>(work: (cleanUp: CleanUp) => Promise<Result>): Promise<Result> {
  const cleanUp = new CleanUp();
  const interrupted = new Promise<never>((_, reject) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const)
      process.once(signal, () => reject(new Error(`stopped by ${signal}`)));
  });
  try {
    return await Promise.race([work(cleanUp), interrupted]);
  } finally {
    await cleanUp.run();
  }
}
