import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Answers to requests with an Idempotency-Key: found by a keyed hash, sealed, for a day. */
export class CreateKeptAnswer1700000000210 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table kept_answer (
        id text primary key,
        fingerprint text not null,
        status smallint not null,
        box bytea not null,
        expires_at timestamptz not null
      )`);
    await runner.query('create index kept_answer_by_expiry on kept_answer (expires_at)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table kept_answer');
  }
}
