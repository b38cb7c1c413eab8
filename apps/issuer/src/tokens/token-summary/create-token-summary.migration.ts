import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The read model behind `GET /v1/tokens` and every look-up. */
export class CreateTokenSummary1700000000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table token_summary (
        id text primary key,
        tenant text not null,
        name text not null,
        scopes text[] not null,
        ip_allow text[] not null,
        metadata jsonb not null,
        secret_hash text not null unique,
        last4 text not null,
        created_at timestamptz not null,
        created_by text not null,
        expires_at timestamptz,
        revoked_at timestamptz,
        revoked_reason text
      )`);
    await runner.query('create index token_summary_by_tenant on token_summary (tenant, id)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table token_summary');
  }
}
