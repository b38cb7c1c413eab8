import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Providers that people of a tenant sign in at, their client secrets sealed; and who is who, by keyed hashes of subjects. */
export class CreateIdentityProvider1700000000143 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table identity_provider (
        id text primary key,
        tenant text not null,
        terms jsonb not null,
        sealed_secret bytea not null,
        created_at timestamptz not null
      )`);
    await runner.query('create index identity_provider_by_tenant on identity_provider (tenant, id)');
    await runner.query(`
      create table identity_link (
        provider_id text not null references identity_provider (id) on delete cascade,
        subject_hash text not null,
        user_id text not null references personal_key (subject_id) on delete cascade,
        tenant text not null,
        primary key (provider_id, subject_hash)
      )`);
    await runner.query('create index identity_link_of_user on identity_link (user_id)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table identity_link');
    await runner.query('drop table identity_provider');
  }
}
