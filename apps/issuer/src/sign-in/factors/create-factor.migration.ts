import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What people have enrolled to prove who they are. It goes with the person's key when she is erased. */
export class CreateFactor1700000000140 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const owned = `
      id text primary key,
      user_id text not null references personal_key (subject_id) on delete cascade,
      tenant text not null,
      created_at timestamptz not null default now()`;
    await runner.query(`
      create table totp_factor (
        ${owned},
        sealed_secret bytea not null,
        confirmed_at timestamptz,
        last_step bigint not null default 0,
        last_used_at timestamptz,
        unique (user_id)
      )`);
    await runner.query(`create table recovery_code_set (${owned}, unique (user_id))`);
    await runner.query(`
      create table recovery_code (
        set_id text not null references recovery_code_set (id) on delete cascade,
        hash text not null,
        used_at timestamptz,
        primary key (set_id, hash)
      )`);
    await runner.query(`
      create table passkey (
        ${owned},
        credential_id text not null unique,
        public_key bytea not null,
        counter bigint not null,
        transports text[] not null,
        name text not null,
        last_used_at timestamptz
      )`);
    await runner.query('create index passkey_of_user on passkey (user_id)');
    await runner.query(`
      create table factor_attempt (
        user_id text primary key references personal_key (subject_id) on delete cascade,
        failed int not null default 0,
        locked_until timestamptz not null default '-infinity'
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table factor_attempt');
    await runner.query('drop table passkey');
    await runner.query('drop table recovery_code');
    await runner.query('drop table recovery_code_set');
    await runner.query('drop table totp_factor');
  }
}
