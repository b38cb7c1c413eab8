import type { MigrationInterface, QueryRunner } from 'typeorm';
import { PROJECT_NEW_TOKEN_AT_ONCE } from './project-new-token-at-once.migration.js';

/** Where a token may not be used from: of those there are, nowhere. */
export class AddIpDeny1700000000360 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`alter table token_summary add ip_deny text[] not null default '{}'`);
    await runner.query(PROJECT_NEW_TOKEN);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(PROJECT_NEW_TOKEN_AT_ONCE);
    await runner.query('alter table token_summary drop ip_deny');
  }
}

const PROJECT_NEW_TOKEN = `
  create or replace function project_new_token(e events) returns void language plpgsql as $$
  declare
    secret constant jsonb := e.data->'secret';
    policy constant jsonb := e.data->'rotation';
    expires constant timestamptz := e.data->>'expiresAt';
  begin
    insert into token_summary (
      id, tenant, name, scopes, ip_allow, ip_deny, metadata, application_id, user_id, identity_id, service_account_id, plan,
      protected, created_at, created_by, expires_at, rotation, rotation_remind_at, expiry_remind_at
    )
    values (
      e.stream_id, e.tenant, e.data->>'name',
      array(select jsonb_array_elements_text(e.data->'scopes')),
      array(select jsonb_array_elements_text(e.data->'ipAllow')), array(select jsonb_array_elements_text(e.data->'ipDeny')),
      e.data->'metadata', e.data->>'applicationId', e.data->>'userId', e.data->>'identityId', e.data->>'serviceAccountId',
      e.data->>'plan', coalesce((e.data->>'protected')::boolean, false), e.at, e.metadata->>'actor', expires, policy,
      e.at + make_interval(days => (policy->>'everyDays')::int - (policy->>'remindDaysBefore')::int),
      case when expires - interval '7 days' > e.at then expires - interval '7 days' end
    );
    insert into token_secret (id, token_id, hash, last4, added_at, import_key_id)
    values (secret->>'id', e.stream_id, secret->>'hash', secret->>'last4', e.at, secret->>'importKeyId');
    if e.data ? 'credits' then
      perform decide_account(
        e.stream_id, '', e.tenant, e.version, (e.data->'credits'->>'remaining')::bigint, e.data->'credits'->'refill', e.at
      );
    end if;
  end $$`;
