import type { MigrationInterface, QueryRunner } from 'typeorm';
import { PROJECT_NEW_TOKEN_ON_PLAN } from '../tokens/token-summary/add-token-plan.migration.js';

/** The read model of service accounts, and which tokens are theirs. */
export class CreateServiceAccount1700000000260 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table service_account (
        id text primary key,
        tenant text not null,
        name text not null,
        description text not null,
        owner text not null,
        scopes text[] not null,
        suspended_reason text,
        created_at timestamptz not null,
        created_by text not null
      )`);
    await runner.query('create index service_account_by_tenant on service_account (tenant, id)');
    await runner.query('create index service_account_by_owner on service_account (owner)');
    await runner.query('alter table token_summary add service_account_id text');
    await runner.query(
      `create index token_summary_by_service_account on token_summary (service_account_id, id)
       where service_account_id is not null`,
    );
    await runner.query(PROJECT_NEW_TOKEN_OF_ACCOUNT);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(PROJECT_NEW_TOKEN_ON_PLAN);
    await runner.query('alter table token_summary drop service_account_id');
    await runner.query('drop table service_account');
  }
}

export const PROJECT_NEW_TOKEN_OF_ACCOUNT = `
  create or replace function project_new_token(e events) returns void language sql as $$
    select project_issued_token(e);
    select decide_account(
      e.stream_id, '', e.tenant, e.version, (e.data->'credits'->>'remaining')::bigint, e.data->'credits'->'refill', e.at
    ) where e.data ? 'credits';
    update token_summary
      set identity_id = e.data->>'identityId', plan = e.data->>'plan', service_account_id = e.data->>'serviceAccountId'
      where id = e.stream_id and e.data ?| array['identityId', 'plan', 'serviceAccountId'];
  $$`;
