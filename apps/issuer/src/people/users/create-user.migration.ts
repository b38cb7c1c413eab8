import type { MigrationInterface, QueryRunner } from 'typeorm';

/** People who can sign in. */
export class CreateUser1700000000104 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table person (
        id text primary key,
        tenant text not null,
        email text not null,
        name text not null,
        password_hash text not null,
        failed_attempts int not null default 0,
        locked_until timestamptz,
        created_at timestamptz not null default now(),
        disabled_at timestamptz,
        unique (tenant, email)
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table person');
  }
}
