import cluster, { type Worker } from 'node:cluster';
import type { Logger } from '@gatehouse/service';
import { FromWorker } from './messages.js';
import { Questions } from './questions.js';

const FIRST_DELAY_MS = 100;
const MAX_DELAY_MS = 10_000;
/** Who has lived for so long is not failing again and again. */
const LIVES_MS = 30_000;

/** What {@link Primary} needs. */
export interface PrimaryOptions {
  readonly count: number;
  /** What a worker is started with beside this process's own environment. */
  readonly environmentOf: (number: number) => Record<string, string>;
  readonly logger: Pick<Logger, 'info' | 'error'>;
}

/** Keeps so many workers running, which share the ports and nothing else. Carries no request itself. */
export class Primary {
  private readonly live = new Map<number, Worker>();
  private readonly ready = new Set<number>();
  private readonly failures = new Map<number, number>();
  private readonly restarts = new Set<NodeJS.Timeout>();
  private readonly questions = new Questions();
  private wasReady = false;
  private stopping = false;
  private status = 0;

  constructor(private readonly options: PrimaryOptions) {}

  /** Runs until a signal, or until the first start of a worker fails. */
  run(): void {
    cluster.setupPrimary({ serialization: 'advanced' }); // JSON knows no Infinity, metrics do
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => this.stop());
    process.on('SIGHUP', () => this.signalAll('SIGHUP'));
    for (let number = 1; number <= this.options.count; number++) this.start(number);
  }

  private start(number: number): void {
    const worker = cluster.fork(this.options.environmentOf(number));
    const startedAt = performance.now();
    this.live.set(worker.id, worker);
    worker.on('message', (message: unknown) => this.receive(worker, message));
    worker.once('exit', (code, signal) => {
      this.live.delete(worker.id);
      this.ready.delete(worker.id);
      this.questions.gone(worker);
      this.ended(number, code ?? 1, signal, performance.now() - startedAt);
    });
  }

  private ended(number: number, code: number, signal: string | null, livedMs: number): void {
    if (!this.stopping && this.wasReady) return this.restart(number, { code, signal }, livedMs);
    if (code !== 0) this.status = code;
    if (!this.stopping) this.stop(); // what keeps one from starting keeps all
    if (this.live.size === 0) process.exit(this.status);
  }

  private restart(number: number, how: object, livedMs: number): void {
    const failures = livedMs > LIVES_MS ? 0 : (this.failures.get(number) ?? 0);
    this.failures.set(number, failures + 1);
    const delayMs = Math.min(FIRST_DELAY_MS * 2 ** failures, MAX_DELAY_MS);
    this.options.logger.error({ worker: number, ...how, delayMs }, 'a worker ended; it is started again');
    const timer = setTimeout(() => {
      this.restarts.delete(timer);
      this.start(number);
    }, delayMs);
    this.restarts.add(timer);
  }

  private receive(worker: Worker, message: unknown): void {
    const { success, data } = FromWorker.safeParse(message);
    if (!success) return;
    switch (data.kind) {
      case 'ready':
        this.ready.add(worker.id);
        this.wasReady = true;
        return;
      case 'ask': {
        const others = [...this.live.values()].filter((one) => one !== worker && this.ready.has(one.id));
        return this.questions.ask(worker, data.id, data.question, others);
      }
      case 'answer':
        return this.questions.answer(data.key, worker, data.answer);
    }
  }

  private stop(): void {
    this.stopping = true;
    for (const timer of this.restarts) clearTimeout(timer);
    this.signalAll('SIGTERM');
    if (this.live.size === 0) process.exit(this.status);
  }

  private signalAll(signal: NodeJS.Signals): void {
    for (const worker of this.live.values()) worker.process.kill(signal);
  }
}
