import type { MigrationInterface, QueryRunner } from 'typeorm';
import { PROJECT_OWNED_TOKEN } from '../token-summary/add-token-owner.migration.js';

/** When somebody is to be reminded of a token. `null`: never, or it was said already. */
export class AddReminders1700000000230 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table token_summary
        add rotation jsonb,
        add rotation_remind_at timestamptz,
        add expiry_remind_at timestamptz`);
    await runner.query(
      `update token_summary set expiry_remind_at = expires_at - interval '7 days'
       where expires_at - interval '7 days' > created_at`,
    );
    for (const column of ['rotation_remind_at', 'expiry_remind_at'])
      await runner.query(
        `create index token_summary_by_${column} on token_summary (${column}) where ${column} is not null and revoked_at is null`,
      );
    await runner.query(SCHEDULE_ROTATION);
    await runner.query(PROJECT_SCHEDULED_TOKEN);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(PROJECT_OWNED_TOKEN);
    await runner.query('drop function schedule_rotation');
    await runner.query(
      'alter table token_summary drop rotation, drop rotation_remind_at, drop expiry_remind_at',
    );
  }
}

/** Counted from the newest secret; without a policy everything here is null. */
const SCHEDULE_ROTATION = `
  create function schedule_rotation(token text) returns void language sql as $$
    update token_summary t set rotation_remind_at =
      (select max(s.added_at) from token_secret s where s.token_id = token)
      + make_interval(days => (t.rotation->>'everyDays')::int - (t.rotation->>'remindDaysBefore')::int)
    where t.id = token
  $$`;

export const PROJECT_SCHEDULED_TOKEN = `
  create or replace function project_issued_token(e events) returns void language sql as $$
    insert into token_summary (
      id, tenant, name, scopes, ip_allow, metadata, application_id, user_id, protected, created_at, created_by, expires_at,
      rotation, rotation_remind_at, expiry_remind_at
    )
    values (
      e.stream_id, e.tenant, e.data->>'name',
      array(select jsonb_array_elements_text(e.data->'scopes')),
      array(select jsonb_array_elements_text(e.data->'ipAllow')),
      e.data->'metadata', e.data->>'applicationId', e.data->>'userId', coalesce((e.data->>'protected')::boolean, false),
      e.at, e.metadata->>'actor', (e.data->>'expiresAt')::timestamptz,
      e.data->'rotation',
      e.at + make_interval(
        days => (e.data->'rotation'->>'everyDays')::int - (e.data->'rotation'->>'remindDaysBefore')::int
      ),
      case when (e.data->>'expiresAt')::timestamptz - interval '7 days' > e.at
        then (e.data->>'expiresAt')::timestamptz - interval '7 days' end
    );
    insert into token_secret (id, token_id, hash, last4, added_at)
    values (e.data->'secret'->>'id', e.stream_id, e.data->'secret'->>'hash', e.data->'secret'->>'last4', e.at);
  $$`;
