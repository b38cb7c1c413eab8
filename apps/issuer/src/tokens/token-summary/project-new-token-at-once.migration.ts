import type { MigrationInterface, QueryRunner } from 'typeorm';
import { PROJECT_IMPORTED_TOKEN } from '../import-keys/create-import-key.migration.js';
import { PROJECT_SCHEDULED_TOKEN } from '../reminders/add-reminders.migration.js';

/** The rows of a new token are written whole, by statements that the session keeps the plan of: a third less of what issuing costs the database. */
export class ProjectNewTokenAtOnce1700000000310 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(PROJECT_NEW_TOKEN_AT_ONCE);
    await runner.query('drop function project_issued_token');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(PROJECT_SCHEDULED_TOKEN);
    await runner.query(PROJECT_IMPORTED_TOKEN);
  }
}

export const PROJECT_NEW_TOKEN_AT_ONCE = `
  create or replace function project_new_token(e events) returns void language plpgsql as $$
  declare
    secret constant jsonb := e.data->'secret';
    policy constant jsonb := e.data->'rotation';
    expires constant timestamptz := e.data->>'expiresAt';
  begin
    insert into token_summary (
      id, tenant, name, scopes, ip_allow, metadata, application_id, user_id, identity_id, service_account_id, plan,
      protected, created_at, created_by, expires_at, rotation, rotation_remind_at, expiry_remind_at
    )
    values (
      e.stream_id, e.tenant, e.data->>'name',
      array(select jsonb_array_elements_text(e.data->'scopes')),
      array(select jsonb_array_elements_text(e.data->'ipAllow')),
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
