import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The read models behind `GET /v1/tokens` and every look-up. */
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
        created_at timestamptz not null,
        created_by text not null,
        expires_at timestamptz,
        suspended_reason text,
        revoked_at timestamptz,
        revoked_reason text
      )`);
    await runner.query('create index token_summary_by_tenant on token_summary (tenant, id)');
    await runner.query(`
      create table token_secret (
        id text primary key,
        token_id text not null references token_summary,
        hash text not null unique,
        last4 text not null,
        added_at timestamptz not null,
        retires_at timestamptz,
        retired_at timestamptz
      )`);
    await runner.query('create index token_secret_by_token on token_secret (token_id)');
    await runner.query(
      'create index token_secret_due on token_secret (retires_at) where retires_at is not null and retired_at is null',
    );
    await runner.query(PROJECT_ISSUED_TOKEN);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop function project_issued_token');
    await runner.query('drop table token_secret');
    await runner.query('drop table token_summary');
  }
}

/** The rows of a token that was just issued. In SQL, so that issuing takes one statement and one round trip. */
export const PROJECT_ISSUED_TOKEN = `
  create function project_issued_token(e events) returns void language sql as $$
    insert into token_summary (id, tenant, name, scopes, ip_allow, metadata, created_at, created_by, expires_at)
    values (
      e.stream_id, e.tenant, e.data->>'name',
      array(select jsonb_array_elements_text(e.data->'scopes')),
      array(select jsonb_array_elements_text(e.data->'ipAllow')),
      e.data->'metadata', e.at, e.metadata->>'actor', (e.data->>'expiresAt')::timestamptz
    );
    insert into token_secret (id, token_id, hash, last4, added_at)
    values (e.data->'secret'->>'id', e.stream_id, e.data->'secret'->>'hash', e.data->'secret'->>'last4', e.at);
  $$`;
