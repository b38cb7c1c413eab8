import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateApplication1700000000101 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table application (
        id text primary key,
        tenant text not null,
        status text not null,
        terms jsonb not null,
        secrets jsonb not null,
        created_at timestamptz not null,
        created_by text not null
      )`);
    await runner.query('create index application_by_tenant on application (tenant, id)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table application');
  }
}
