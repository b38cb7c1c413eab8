import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The read model of trusted issuers, and the tie between them and the tokens given on their word. */
export class CreateTrustedIssuer1700000000120 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table trusted_issuer (
        id text primary key,
        tenant text not null,
        application_id text not null,
        issuer text not null,
        terms jsonb not null,
        created_at timestamptz not null,
        created_by text not null
      )`);
    await runner.query('create index trusted_issuer_by_tenant on trusted_issuer (tenant, id)');
    await runner.query(
      'create index trusted_issuer_of_application on trusted_issuer (application_id, issuer)',
    );
    await runner.query(`
      create table workload_token (
        token_id text primary key references access_token (id) on delete cascade,
        trusted_issuer_id text not null
      )`);
    await runner.query('create index workload_token_of_issuer on workload_token (trusted_issuer_id)');
    await runner.query(ISSUE_WORKLOAD_TOKEN);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop function issue_workload_token');
    await runner.query('drop table workload_token');
    await runner.query('drop table trusted_issuer');
  }
}

/** Whoever ends the trust takes the same lock exclusively: no token is issued behind its back. */
export const ISSUE_WORKLOAD_TOKEN = `
  create function issue_workload_token(
    event_id uuid, for_tenant text, meta jsonb, issued jsonb, on_word_of text
  ) returns text language plpgsql as $$
  declare
    outcome text;
  begin
    perform pg_advisory_xact_lock_shared(hashtextextended(on_word_of, 0));
    if not exists (select from trusted_issuer where id = on_word_of and tenant = for_tenant) then
      return 'trust-ended';
    end if;
    outcome := issue_access_token(event_id, for_tenant, meta, issued, null);
    if outcome = 'issued' then
      insert into workload_token values (issued->>'tokenId', on_word_of);
    end if;
    return outcome;
  end $$`;
