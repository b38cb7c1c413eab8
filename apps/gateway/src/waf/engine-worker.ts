import { Worker } from 'node:worker_threads';
import type { Answer, Question } from './thread-messages.js';

/** The thread is gone, or what it was asked failed there. */
export class EngineFailed extends Error {}

/** One thread with an engine in it, seen from outside. Answers one question after the other. */
export class EngineWorker {
  private readonly thread: Worker;
  private pending: { resolve(answer: Answer): void; reject(error: Error): void } | undefined;
  private last: Promise<unknown> = Promise.resolve();
  private asked = 0;
  private isGone = false;
  private readonly gone: Promise<void>;

  /** @param onGone called once when the thread ends, whyever. */
  constructor(library: string, onGone: () => void) {
    this.thread = new Worker(new URL('./engine-thread.js', import.meta.url), {
      name: 'waf',
      workerData: { library },
      resourceLimits: { maxOldGenerationSizeMb: 64 },
    });
    this.thread.on('message', (answer: Answer) => this.settle(answer));
    this.thread.on('error', () => {}); // its exit follows
    this.gone = new Promise((resolve) => {
      this.thread.once('exit', () => {
        this.isGone = true;
        this.pending?.reject(new EngineFailed('the thread has ended'));
        this.pending = undefined;
        onGone();
        resolve();
      });
    });
  }

  get isIdle(): boolean {
    return this.asked === 0 && !this.isGone;
  }

  /** @throws EngineFailed */
  ask(question: Question): Promise<Answer> {
    this.asked++;
    const answered = this.last.then(() => this.askNow(question)).finally(() => this.asked--);
    this.last = answered.catch(() => {});
    return answered;
  }

  /**
   * Once all it was asked is answered. A thread that is stopped from outside in the middle of native code can take the
   * whole process with it, and would not stop before that code returns anyway.
   */
  async end(): Promise<void> {
    await this.last;
    if (this.isGone) return;
    this.thread.postMessage(END, []);
    await this.gone;
  }

  private askNow(question: Question): Promise<Answer> {
    return new Promise((resolve, reject) => {
      if (this.isGone) return reject(new EngineFailed('the thread has ended'));
      this.pending = { resolve, reject };
      this.thread.postMessage(question, movedWith(question));
    });
  }

  private settle(answer: Answer): void {
    const { pending } = this;
    this.pending = undefined;
    if (answer.kind === 'failed') pending?.reject(new EngineFailed(answer.message));
    else pending?.resolve(answer);
  }
}

const END: Question = { kind: 'end' };

/** A body is moved to the thread, not copied. */
const movedWith = (question: Question): ArrayBuffer[] =>
  question.kind === 'look' && question.looked.body ? [question.looked.body.buffer] : [];
