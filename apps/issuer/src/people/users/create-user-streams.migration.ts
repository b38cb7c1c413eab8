import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * People as streams: the read model holds personal fields sealed, and a keyed hash to find them by. Their keys are
 * apart, because they are what is erased; their passwords, because they are no part of any history.
 */
export class CreateUserStreams1700000000110 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('drop table person');
    await runner.query(`
      create table person (
        id text primary key,
        tenant text not null,
        login_hash text not null,
        personal text not null,
        created_at timestamptz not null,
        created_by text not null,
        disabled_at timestamptz,
        unique (tenant, login_hash)
      )`);
    await runner.query('create index person_by_tenant on person (tenant, id)');
    await runner.query(`
      create table personal_key (
        subject_id text primary key,
        tenant text not null,
        sealed_key bytea not null
      )`);
    await runner.query(`
      create table user_password (
        user_id text primary key,
        hash text not null,
        failed_attempts int not null default 0,
        locked_until timestamptz
      )`);
    await runner.query(
      'create index access_token_of_user on access_token (user_id) where user_id is not null and revoked_at is null',
    );
    await runner.query(REFUSE_ENDED_USER);
    await runner.query(`
      create trigger refuse_ended_user before insert on access_token
      for each row when (new.user_id is not null) execute function refuse_ended_user()`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop trigger refuse_ended_user on access_token');
    await runner.query('drop function refuse_ended_user');
    await runner.query('drop index access_token_of_user');
    await runner.query('drop table user_password');
    await runner.query('drop table personal_key');
  }
}

/** Whoever disables or erases a person takes the same lock exclusively: no token is issued behind its back. */
export const REFUSE_ENDED_USER = `
  create function refuse_ended_user() returns trigger language plpgsql as $$
  begin
    perform pg_advisory_xact_lock_shared(hashtextextended(new.user_id, 0));
    if not exists (
      select from person where id = new.user_id and tenant = new.tenant and disabled_at is null
    ) then
      raise exception 'the user % has ended', new.user_id using errcode = 'GH001';
    end if;
    return new;
  end $$`;
