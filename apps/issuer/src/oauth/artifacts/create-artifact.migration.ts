import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What the protocol engine keeps for a while: codes, refresh tokens, grants, sessions, interactions. Everything it can be
 * found by is a keyed hash and what it says is sealed, so that a copy of the table lets nobody in.
 */
export class CreateArtifact1700000000102 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table oauth_artifact (
        model text not null,
        id text not null,
        payload bytea not null,
        grant_key text,
        uid_key text,
        user_code_key text,
        token_id text,
        expires_at timestamptz,
        consumed_at timestamptz,
        settled_at timestamptz,
        successor text,
        answer bytea,
        primary key (model, id)
      )`);
    await runner.query(
      'create index oauth_artifact_of_grant on oauth_artifact (grant_key) where grant_key is not null',
    );
    await runner.query(
      'create unique index oauth_artifact_by_uid on oauth_artifact (uid_key) where uid_key is not null',
    );
    await runner.query(
      'create unique index oauth_artifact_by_user_code on oauth_artifact (user_code_key) where user_code_key is not null',
    );
    await runner.query('create index oauth_artifact_by_expiry on oauth_artifact (expires_at)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table oauth_artifact');
  }
}
