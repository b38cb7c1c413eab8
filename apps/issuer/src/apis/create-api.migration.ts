import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The read model of published APIs. */
export class CreateApi1700000000310 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table api (
        id text primary key,
        tenant text not null,
        name text not null,
        terms jsonb not null,
        version int not null,
        published_at timestamptz not null,
        published_by text not null,
        changed_at timestamptz not null,
        constraint api_name unique (tenant, name)
      )`);
    await runner.query('create index api_by_tenant on api (tenant, id)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table api');
  }
}
