import type { QueryRunner } from 'typeorm';
import { SCHEMA } from '../database.js';
import { type ReadModelTable, WRITTEN_ASIDE } from './read-models.js';

/** Where the second copy is built. */
export const COPY_SCHEMA = 'issuer_rebuild';

/** Empty copies of read-model tables, seen by one session where it would see the tables. */
export class Copies {
  constructor(
    private readonly runner: QueryRunner,
    private readonly tables: readonly ReadModelTable[],
  ) {}

  async make(): Promise<void> {
    await this.runner.query(`drop schema if exists ${COPY_SCHEMA} cascade`);
    await this.runner.query(`create schema ${COPY_SCHEMA}`);
    for (const name of [...this.tables.map((table) => table.name), ...WRITTEN_ASIDE]) {
      await this.runner.query(`create table ${COPY_SCHEMA}.${name} (like ${SCHEMA}.${name} including all)`);
      await this.dropUnique(`${COPY_SCHEMA}.${name}`);
    }
    await this.runner.query(`set search_path = ${COPY_SCHEMA}, ${SCHEMA}`);
  }

  async drop(): Promise<void> {
    await this.runner.query('reset search_path');
    await this.runner.query(`drop schema if exists ${COPY_SCHEMA} cascade`);
  }

  /** Streams are replayed one after the other: what was never true of two at once may be so on the way. */
  private async dropUnique(copy: string): Promise<void> {
    const constraints = await this.runner.manager.query<{ name: string }[]>(
      `select quote_ident(conname) as name from pg_constraint where conrelid = $1::regclass and contype = 'u'`,
      [copy],
    );
    for (const { name } of constraints)
      await this.runner.query(`alter table ${copy} drop constraint ${name}`);
  }
}
