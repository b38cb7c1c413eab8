import { Worker } from 'node:worker_threads';
import type { Position } from '@gatehouse/kernel';
import type { FeedSource } from '../feed-source.js';
import { pagesOf, readPages } from '../page.js';
import type { ReadPage } from '../page.js';
import { unpacked } from './packed-page.js';
import type { Answer, Question, ReaderData } from './thread-messages.js';

/** Reads the issuer's feed and makes leaves of it. */
export interface FeedReader {
  page(after: Position, limit: number): Promise<ReadPage>;
  close(): Promise<void>;
}

/** A page of a thousand of the largest events is some 100 MB while it is being read; most of any page is soon garbage. */
const HEAP_MB = { maxOldGenerationSizeMb: 512, maxYoungGenerationSizeMb: 128 };

/** Does it in a thread of its own, which is started when it is needed, and anew when it has ended. */
export class ThreadedReader implements FeedReader {
  private thread: Worker | undefined;
  private asked = 0;
  private readonly pending = new Map<number, { resolve(page: ReadPage): void; reject(error: Error): void }>();

  /** @param program what the thread runs. */
  constructor(
    private readonly data: ReaderData,
    private readonly program = new URL('./reader-thread.js', import.meta.url),
  ) {}

  page(after: Position, limit: number): Promise<ReadPage> {
    return new Promise((resolve, reject) => {
      const question: Question = { id: ++this.asked, after, limit };
      this.pending.set(question.id, { resolve, reject });
      this.running().postMessage(question, []);
    });
  }

  async close(): Promise<void> {
    await this.thread?.terminate();
  }

  private running(): Worker {
    return (this.thread ??= this.start());
  }

  private start(): Worker {
    const thread = new Worker(this.program, {
      name: 'feed reader',
      workerData: this.data,
      resourceLimits: HEAP_MB,
    });
    let reason = 'the thread that reads the feed has ended';
    thread.on('message', (answer: Answer) => this.settle(answer));
    thread.on('error', (error: Error) => (reason = `${reason}: ${error.message}`)); // its exit follows
    thread.once('exit', () => {
      this.thread = undefined;
      for (const asked of this.pending.values()) asked.reject(new Error(reason));
      this.pending.clear();
    });
    return thread;
  }

  private settle(answer: Answer): void {
    const pending = this.pending.get(answer.id);
    this.pending.delete(answer.id);
    if ('page' in answer) pending?.resolve(unpacked(answer.page));
    else pending?.reject(new Error(answer.failure));
  }
}

/** Does it in the thread that asks. */
export function inlineReader(source: FeedSource): FeedReader {
  return { page: readPages(pagesOf(source)), close: async () => {} };
}
