import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The read model of tenants. A tenant without a row is the operator's before it first ran, and open. */
export class CreateTenant1700000000120 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table tenant (
        id text primary key,
        name text not null,
        policy jsonb not null,
        created_at timestamptz not null,
        created_by text not null,
        suspended_reason text
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table tenant');
  }
}
