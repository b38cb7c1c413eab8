import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The read model of identities, and whose a token is. */
export class CreateIdentity1700000000239 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table identity (
        id text primary key,
        tenant text not null,
        external_id text not null,
        name text not null,
        metadata jsonb not null,
        limits jsonb not null,
        created_at timestamptz not null,
        created_by text not null,
        constraint identity_external_id unique (tenant, external_id)
      )`);
    await runner.query('create index identity_by_tenant on identity (tenant, id)');
    await runner.query('alter table token_summary add identity_id text');
    await runner.query(
      'create index token_summary_by_identity on token_summary (identity_id, id) where identity_id is not null',
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table token_summary drop identity_id');
    await runner.query('drop table identity');
  }
}
