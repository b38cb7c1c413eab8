import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Keys whose private part lies elsewhere. */
export class AddExternalName1700000000240 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table signing_key add external_name text');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table signing_key drop external_name');
  }
}
