import type { MigrationInterface, QueryRunner } from 'typeorm';
import { PROJECT_NEW_TOKEN } from '../../credits/create-credits.migration.js';

/** The plan a token is on. */
export class AddTokenPlan1700000000250 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table token_summary add plan text');
    await runner.query(PROJECT_NEW_TOKEN_ON_PLAN);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop function project_new_token');
    await runner.query(PROJECT_NEW_TOKEN);
    await runner.query('alter table token_summary drop plan');
  }
}

export const PROJECT_NEW_TOKEN_ON_PLAN = `
  create or replace function project_new_token(e events) returns void language sql as $$
    select project_issued_token(e);
    select decide_account(
      e.stream_id, '', e.tenant, e.version, (e.data->'credits'->>'remaining')::bigint, e.data->'credits'->'refill', e.at
    ) where e.data ? 'credits';
    update token_summary set identity_id = e.data->>'identityId', plan = e.data->>'plan'
      where id = e.stream_id and e.data ?| array['identityId', 'plan'];
  $$`;
