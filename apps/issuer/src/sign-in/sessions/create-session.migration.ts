import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Browsers that people are signed in with, found by a keyed hash of the engine's id. Where from and with what is sealed,
 * and goes with the person. A row that has ended stays a while: the engine may be about to keep the session once more.
 */
export class CreateSession1700000000141 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table session (
        id text primary key,
        uid_key text not null unique,
        tenant text not null,
        user_id text not null references personal_key (subject_id) on delete cascade,
        created_at timestamptz not null default now(),
        last_seen_at timestamptz not null default now(),
        expires_at timestamptz not null,
        ended_at timestamptz,
        acr text,
        amr text[] not null,
        applications text[] not null,
        sealed_place bytea
      )`);
    await runner.query('create index session_of_user on session (user_id, id)');
    await runner.query('create index session_by_tenant on session (tenant, id)');
    await runner.query('create index session_by_expiry on session (expires_at)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table session');
  }
}
