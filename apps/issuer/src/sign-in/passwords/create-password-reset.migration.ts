import type { MigrationInterface, QueryRunner } from 'typeorm';

/** One-time links to choose a password, by a keyed hash of their code. A person has one at a time. */
export class CreatePasswordReset1700000000142 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table password_reset (
        user_id text primary key references personal_key (subject_id) on delete cascade,
        tenant text not null,
        code_hash text not null unique,
        expires_at timestamptz not null
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table password_reset');
  }
}
