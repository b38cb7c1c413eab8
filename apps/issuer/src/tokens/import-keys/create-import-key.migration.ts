import type { MigrationInterface, QueryRunner } from 'typeorm';
import { PROJECT_NEW_TOKEN_OF_ACCOUNT } from '../../service-accounts/create-service-account.migration.js';

/** Keys under which other systems hashed theirs, sealed; and which secret is found with which of them. */
export class CreateImportKey1700000000270 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table import_key (
        id text primary key,
        tenant text not null,
        name text not null,
        sealed_key bytea,
        created_at timestamptz not null,
        created_by text not null
      )`);
    await runner.query('create index import_key_by_tenant on import_key (tenant, id)');
    await runner.query('alter table token_secret add import_key_id text');
    await runner.query(
      'create index token_secret_by_import_key on token_secret (import_key_id) where import_key_id is not null',
    );
    await runner.query(PROJECT_IMPORTED_TOKEN);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(PROJECT_NEW_TOKEN_OF_ACCOUNT);
    await runner.query('alter table token_secret drop import_key_id');
    await runner.query('drop table import_key');
  }
}

export const PROJECT_IMPORTED_TOKEN = `
  create or replace function project_new_token(e events) returns void language sql as $$
    select project_issued_token(e);
    select decide_account(
      e.stream_id, '', e.tenant, e.version, (e.data->'credits'->>'remaining')::bigint, e.data->'credits'->'refill', e.at
    ) where e.data ? 'credits';
    update token_summary
      set identity_id = e.data->>'identityId', plan = e.data->>'plan', service_account_id = e.data->>'serviceAccountId'
      where id = e.stream_id and e.data ?| array['identityId', 'plan', 'serviceAccountId'];
    update token_secret set import_key_id = e.data->'secret'->>'importKeyId'
      where id = e.data->'secret'->>'id' and e.data->'secret' ? 'importKeyId';
  $$`;
