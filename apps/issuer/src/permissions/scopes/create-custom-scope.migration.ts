import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The read model of the scopes that tenants define. */
export class CreateCustomScope1700000000130 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table custom_scope (
        tenant text not null,
        name text not null,
        category text not null,
        description text not null,
        primary key (tenant, name)
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table custom_scope');
  }
}
