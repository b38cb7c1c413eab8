import { once } from 'node:events';
import { setTimeout as elapsed } from 'node:timers/promises';
import { isNativeError } from 'node:util/types';
import { Worker } from 'node:worker_threads';

/** Where a document breaks which rule. */
export interface FoundMistake {
  /** JSON Pointer; empty: the document itself. */
  readonly pointer: string;
  readonly rule: string;
}

/** From the source as from what is built of it: a thread runs JavaScript. */
const PROGRAM = new URL('../dist/check-thread.js', import.meta.url);

/** What looking at a document may take: one that takes more would take it of every gateway that serves it. */
const BOUNDS = { heapMb: 256, longestMs: 20_000 };

/**
 * Reads and compiles a document as gateways do, in a thread of its own: whatever it says, the caller's other work goes on.
 * @param bounds of memory and time; past them that is the mistake.
 * @returns its first mistake; `undefined`: there is none.
 * @throws Error when no thread can be had.
 */
export async function checkDocument(text: string, bounds = BOUNDS): Promise<FoundMistake | undefined> {
  const thread = new Worker(PROGRAM, {
    name: 'document check',
    workerData: text,
    resourceLimits: { maxOldGenerationSizeMb: bounds.heapMb },
  });
  const patience = new AbortController();
  try {
    return await Promise.race([
      answerOf(thread, bounds.heapMb),
      elapsed(bounds.longestMs, tooMuch(`${bounds.longestMs / 1000} s`), { signal: patience.signal }),
    ]);
  } finally {
    patience.abort();
    await thread.terminate();
  }
}

async function answerOf(thread: Worker, heapMb: number): Promise<FoundMistake | undefined> {
  try {
    const [found] = (await once(thread, 'message')) as [FoundMistake | undefined];
    return found;
  } catch (error) {
    if (isNativeError(error) && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY')
      return tooMuch(`${heapMb} MiB of memory`);
    throw error;
  }
}

const tooMuch = (what: string): FoundMistake => ({
  pointer: '',
  rule: `takes more than ${what} to compile: make it simpler, or several`,
});
