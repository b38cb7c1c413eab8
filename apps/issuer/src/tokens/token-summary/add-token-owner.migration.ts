import type { MigrationInterface, QueryRunner } from 'typeorm';
import { PROJECT_ISSUED_TOKEN } from './create-token-summary.migration.js';

/** Whom a token is for, whether it may be revoked, and the ways to find all that ends together. */
export class AddTokenOwner1700000000220 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table token_summary
        add application_id text,
        add user_id text,
        add protected boolean not null default false`);
    for (const column of ['application_id', 'user_id'])
      await runner.query(
        `create index token_summary_by_${column} on token_summary (${column}) where ${column} is not null and revoked_at is null`,
      );
    await runner.query('create index token_summary_by_maker on token_summary (created_by, tenant)');
    await runner.query(PROJECT_OWNED_TOKEN);
    await runner.query('alter table oauth_artifact add application_id text, add user_id text');
    for (const column of ['application_id', 'user_id'])
      await runner.query(
        `create index oauth_artifact_by_${column} on oauth_artifact (${column}) where ${column} is not null`,
      );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table oauth_artifact drop application_id, drop user_id');
    await runner.query('drop function project_issued_token');
    await runner.query('drop index token_summary_by_maker');
    await runner.query('alter table token_summary drop application_id, drop user_id, drop protected');
    await runner.query(PROJECT_ISSUED_TOKEN);
  }
}

export const PROJECT_OWNED_TOKEN = `
  create or replace function project_issued_token(e events) returns void language sql as $$
    insert into token_summary (
      id, tenant, name, scopes, ip_allow, metadata, application_id, user_id, protected, created_at, created_by, expires_at
    )
    values (
      e.stream_id, e.tenant, e.data->>'name',
      array(select jsonb_array_elements_text(e.data->'scopes')),
      array(select jsonb_array_elements_text(e.data->'ipAllow')),
      e.data->'metadata', e.data->>'applicationId', e.data->>'userId', coalesce((e.data->>'protected')::boolean, false),
      e.at, e.metadata->>'actor', (e.data->>'expiresAt')::timestamptz
    );
    insert into token_secret (id, token_id, hash, last4, added_at)
    values (e.data->'secret'->>'id', e.stream_id, e.data->'secret'->>'hash', e.data->'secret'->>'last4', e.at);
  $$`;
