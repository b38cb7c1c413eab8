import type { ComparedTable, RebuildStep } from '@gatehouse/contracts';
import { Replay, type StoredEvent } from '@gatehouse/event-store';
import { DomainError } from '@gatehouse/kernel';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager, type QueryRunner } from 'typeorm';
import { SCHEMA } from '../database.js';
import { Artifacts } from '../oauth/artifacts/artifacts.js';
import { PersonalFields } from '../people/personal-fields/personal-fields.js';
import { Copies } from './copies.js';
import { type ReadModel, readModels } from './read-models.js';
import { TableComparison } from './table-comparison.js';

const LOCK = 'projections rebuild';

/**
 * Builds every read model a second time from its streams, beside the live one and by the same code, compares the two as
 * of one moment, and makes the live one say what the events say.
 */
@Injectable()
export class Rebuild {
  private readonly models: readonly ReadModel[];

  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(PersonalFields) fields: PersonalFields,
    @Inject(Artifacts) artifacts: Artifacts,
  ) {
    this.models = readModels(fields, artifacts);
  }

  /**
   * @param check compares, and changes nothing.
   * @throws DomainError `conflict` while another rebuild is under way.
   */
  async *run(check: boolean): AsyncGenerator<RebuildStep, void> {
    const runner = this.dataSource.createQueryRunner();
    await lockOrRefuse(runner);
    const copies = new Copies(runner, this.tables);
    try {
      await copies.make();
      const replay = await Replay.begin(runner.manager, (page, event) => this.project(page, event));
      try {
        do yield { step: 'replaying', ...replay.progress };
        while (await replay.next());
        yield await this.outcome(runner.manager, replay, check);
      } finally {
        await replay.end();
      }
    } finally {
      try {
        await copies.drop();
        await runner.query('select pg_advisory_unlock(hashtextextended($1, 3))', [LOCK]);
      } finally {
        await runner.release();
      }
    }
  }

  private async outcome(manager: EntityManager, replay: Replay, check: boolean): Promise<RebuildStep> {
    const found = await this.compare(manager, replay);
    if (check || found.every(({ differing }) => differing === 0))
      return { step: 'done', tables: found, replaced: false };
    return { step: 'done', tables: await this.repair(manager, replay), replaced: true };
  }

  private get tables() {
    return this.models.flatMap(({ tables }) => tables);
  }

  private async project(page: EntityManager, event: StoredEvent): Promise<void> {
    for (const { events, project } of this.models)
      if (events.some((prefix) => event.type.startsWith(prefix))) await project(page, [event]);
  }

  /** Events and their rows commit together, so that one snapshot is enough: nobody is held up. */
  private compare(manager: EntityManager, replay: Replay): Promise<ComparedTable[]> {
    return manager.transaction('REPEATABLE READ', async (snapshot) => {
      await replay.rest(snapshot);
      return this.comparisons(snapshot);
    });
  }

  /** Nobody appends meanwhile. Readers are not held up. */
  private repair(manager: EntityManager, replay: Replay): Promise<ComparedTable[]> {
    return manager.transaction(async (held) => {
      await held.query(`set local lock_timeout = '5s'`);
      await held.query(`lock table ${SCHEMA}.events in share mode`);
      await replay.rest(held);
      const found = await this.comparisons(held);
      const comparisons = this.tables.map((table) => new TableComparison(held, table));
      for (const comparison of comparisons.toReversed()) await comparison.dropUnaccounted();
      for (const comparison of comparisons) await comparison.takeOver();
      return found;
    });
  }

  private async comparisons(manager: EntityManager): Promise<ComparedTable[]> {
    await manager.query(`set local statement_timeout = '60s'`);
    const found: ComparedTable[] = [];
    for (const table of this.tables) found.push(await new TableComparison(manager, table).compare());
    return found;
  }
}

async function lockOrRefuse(runner: QueryRunner): Promise<void> {
  const [lock] = await runner.manager.query<{ free: boolean }[]>(
    'select pg_try_advisory_lock(hashtextextended($1, 3)) as free',
    [LOCK],
  );
  if (lock?.free) return;
  await runner.release();
  throw new DomainError('conflict', 'conflict', 'A rebuild is under way already.');
}
