import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Finds the few tokens of a tenant that have a rotation policy. */
export class AddRotationIndex1700000000271 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create index token_summary_with_rotation on token_summary (tenant, id)
      where rotation is not null and revoked_at is null`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop index token_summary_with_rotation');
  }
}
