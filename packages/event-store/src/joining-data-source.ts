import { AsyncLocalStorage } from 'node:async_hooks';
import { DataSource, type QueryRunner, type ReplicationMode } from 'typeorm';
import { oneAfterTheOther } from './one-after-the-other.js';

interface Whole {
  runner: QueryRunner;
  afterCommit: (() => void | Promise<void>)[];
  open: boolean;
}

/**
 * A data source under which several pieces of work can become one transaction without knowing of each other: inside
 * {@link asOne} every query joins it, and every transaction is a savepoint of it.
 */
export class JoiningDataSource extends DataSource {
  readonly #whole = new AsyncLocalStorage<Whole>();

  override createQueryRunner(mode?: ReplicationMode): QueryRunner {
    return this.#joined?.runner ?? super.createQueryRunner(mode);
  }

  /**
   * Runs work in one transaction, which commits when the work resolves and is rolled back when it rejects. Transactions
   * begun inside must follow one another: two savepoints at once on one connection would end each other.
   * @returns after the commit, and after what was asked for by {@link afterCommit}.
   */
  async asOne<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.#joined) return work();
    const runner = oneAfterTheOther(super.createQueryRunner());
    const giveBack = runner.release.bind(runner);
    runner.release = async () => {}; // whoever borrows it must not give it back
    const whole: Whole = { runner, afterCommit: [], open: true };
    let result: Result;
    try {
      await runner.startTransaction();
      result = await this.#whole.run(whole, work);
      await runner.commitTransaction();
    } catch (error) {
      if (runner.isTransactionActive) await runner.rollbackTransaction().catch(() => undefined); // the first error says more
      throw error;
    } finally {
      whole.open = false;
      await giveBack();
    }
    for (const step of whole.afterCommit) await step();
    return result;
  }

  /** Runs a step once what was written is durable: at once, unless the caller is inside {@link asOne}. */
  async afterCommit(step: () => void | Promise<void>): Promise<void> {
    if (this.#joined) this.#joined.afterCommit.push(step);
    else await step();
  }

  /** Whether the caller is inside {@link asOne}: what he does must not leave his transaction. */
  get isWhole(): boolean {
    return this.#joined !== undefined;
  }

  get #joined(): Whole | undefined {
    const whole = this.#whole.getStore();
    return whole?.open ? whole : undefined;
  }
}
