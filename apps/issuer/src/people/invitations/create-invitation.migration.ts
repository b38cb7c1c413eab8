import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Invitations that are neither accepted nor revoked; their codes apart, because they are no part of any history. */
export class CreateInvitation1700000000280 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table invitation (
        id text primary key,
        tenant text not null,
        personal text not null,
        role text not null,
        expires_at timestamptz not null,
        created_at timestamptz not null,
        created_by text not null
      )`);
    await runner.query('create index invitation_by_tenant on invitation (tenant, id)');
    await runner.query(`
      create table invitation_code (
        invitation_id text primary key references personal_key (subject_id) on delete cascade,
        tenant text not null,
        code_hash text not null unique
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table invitation_code');
    await runner.query('drop table invitation');
  }
}
