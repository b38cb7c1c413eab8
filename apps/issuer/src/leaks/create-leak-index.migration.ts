import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Finds a leak by its id among the events. */
export class CreateLeakIndex1700000000201 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create index events_leak on events (tenant, (data->>'leakId')) where type = 'token.leak-reported.v1'`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop index events_leak');
  }
}
