import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateResource1700000000121 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table resource (
        id text primary key,
        tenant text not null,
        uri text not null,
        terms jsonb not null,
        unique (tenant, uri)
      )`);
    await runner.query('create index resource_by_tenant on resource (tenant, id)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table resource');
  }
}
