import { EngineWorker } from './engine-worker.js';
import type { LookedAt } from './looked-at.js';
import { inParserTurn } from './parser-turn.js';
import type { RuleSet } from './rule-set.js';
import type { Verdict } from './thread-messages.js';
import type { WafEngineSpec } from './waf-spec.js';

const RESTART_AFTER_MS = 1_000;

/** Bounds of one look. */
export type LookBounds = Pick<WafEngineSpec, 'timeoutMs' | 'maxWaiting'>;

interface Look {
  readonly ruleSet: RuleSet;
  readonly looked: LookedAt;
  /** @param verdict `undefined`: none could be had. */
  settle(verdict: Verdict | undefined): void;
}

/** Threads that look at requests and answers, and those that wait for one. */
export class WafEngine {
  restarts = 0;
  private readonly workers: EngineWorker[] = [];
  private readonly queue: Look[] = [];
  private wanted: readonly RuleSet[] = [];
  private isClosed = false;

  constructor(private readonly spec: Pick<WafEngineSpec, 'library' | 'threads'>) {}

  get waiting(): number {
    return this.queue.length;
  }

  get threads(): number {
    return this.workers.length;
  }

  /** @throws EngineFailed when the library cannot be used; there are no threads then. */
  async start(): Promise<void> {
    try {
      for (let i = 0; i < this.spec.threads; i++) this.workers.push(await this.open());
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  /**
   * Has every thread read these rules.
   * @throws EngineFailed with the place of a rule that is not understood; what was there before stays.
   */
  async load(ruleSets: readonly RuleSet[]): Promise<void> {
    for (const worker of this.workers)
      for (const ruleSet of ruleSets) {
        await inParserTurn(() => worker.ask({ kind: 'load', ruleSet }));
        this.next();
      }
  }

  /** Forgets all other rules. Requests under way may still ask for those of the routes before. */
  async keep(ruleSets: readonly RuleSet[]): Promise<void> {
    const kept = [...new Set([...ruleSets, ...this.wanted].map(({ id }) => id))];
    this.wanted = ruleSets;
    await Promise.allSettled(this.workers.map((worker) => worker.ask({ kind: 'keep', ruleSets: kept })));
    this.next();
  }

  /** @returns `undefined` when too many wait, it took too long or the engine failed. */
  look(
    ruleSet: RuleSet,
    looked: LookedAt,
    { timeoutMs, maxWaiting }: LookBounds,
  ): Promise<Verdict | undefined> {
    if (this.queue.length >= maxWaiting) return Promise.resolve(undefined);
    return new Promise((resolve) => {
      const look: Look = {
        ruleSet,
        looked,
        settle: (verdict) => {
          clearTimeout(timer);
          resolve(verdict);
        },
      };
      const timer = setTimeout(() => this.giveUp(look), timeoutMs);
      this.queue.push(look);
      this.next();
    });
  }

  /** @returns once every thread is gone. */
  async close(): Promise<void> {
    this.isClosed = true;
    for (const look of this.queue.splice(0)) look.settle(undefined);
    await Promise.all(this.workers.map((worker) => worker.end()));
  }

  private next(): void {
    for (const worker of this.workers) {
      if (this.queue.length === 0) return;
      if (worker.isIdle) void this.run(this.queue.shift()!, worker);
    }
  }

  private async run(look: Look, worker: EngineWorker): Promise<void> {
    const { ruleSet, looked } = look;
    try {
      const answer = await worker.ask({ kind: 'look', ruleSet: ruleSet.id, looked });
      look.settle(answer.kind === 'verdict' ? answer.verdict : undefined);
      if (answer.kind === 'missing') await inParserTurn(() => worker.ask({ kind: 'load', ruleSet }));
    } catch {
      look.settle(undefined);
    }
    this.next();
  }

  /** A thread that is at it goes on: native code cannot be broken off. It takes the next one when it is through. */
  private giveUp(look: Look): void {
    const at = this.queue.indexOf(look);
    if (at >= 0) this.queue.splice(at, 1);
    look.settle(undefined);
  }

  private async open(): Promise<EngineWorker> {
    const worker = new EngineWorker(this.spec.library, () => this.replace(worker));
    try {
      await worker.ask({ kind: 'open' });
      for (const ruleSet of this.wanted) await inParserTurn(() => worker.ask({ kind: 'load', ruleSet }));
      return worker;
    } catch (error) {
      await worker.end();
      throw error;
    }
  }

  /** A thread has ended: another takes its place, after a while. */
  private replace(worker: EngineWorker): void {
    const place = this.workers.indexOf(worker);
    if (place >= 0) this.workers.splice(place, 1);
    if (this.isClosed || place < 0) return;
    this.restarts++;
    this.reopen();
  }

  private reopen(): void {
    setTimeout(() => {
      if (this.isClosed) return;
      this.open()
        .then((worker) => this.admit(worker))
        .catch(() => this.reopen());
    }, RESTART_AFTER_MS).unref();
  }

  private admit(worker: EngineWorker): void {
    if (this.isClosed) return void worker.end();
    this.workers.push(worker);
    this.next();
  }
}
