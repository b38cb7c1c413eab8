import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Raised where more than the token itself has to end: nothing is written then. */
export const TOKENS_WERE_ISSUED_FOR_IT = 'GH002';

/** A revocation is written by one statement, which is its own transaction: somebody is in a hurry. */
export class RevokeAlone1700000000340 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(PROJECT_REVOKED_TOKEN);
    await runner.query(REVOKE_ALONE);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop function revoke_alone');
    await runner.query('drop function project_revoked_token');
  }
}

/** To the millisecond, as every row so far. */
const PROJECT_REVOKED_TOKEN = `
  create function project_revoked_token(e events) returns void language plpgsql as $$
  begin
    update token_summary set revoked_at = date_trunc('milliseconds', e.at), revoked_reason = e.data->>'reason'
    where id = e.stream_id;
  end $$`;

/**
 * Projects the end of a token for which nothing was issued that lives on. The lock is that of \`issue_access_tokens\`: what
 * was being issued for it is seen here, and nothing is issued for it afterwards.
 */
const REVOKE_ALONE = `
  create function revoke_alone(e events) returns void language plpgsql as $$
  begin
    perform project_revoked_token(e);
    perform pg_advisory_xact_lock(hashtextextended(e.stream_id, 0));
    if exists (
      select from access_token where subject_token_id = e.stream_id and revoked_at is null and expires_at > now()
    ) then
      raise exception 'tokens were issued for %', e.stream_id using errcode = '${TOKENS_WERE_ISSUED_FOR_IT}';
    end if;
  end $$`;
