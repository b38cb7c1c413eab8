import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The read model of who has which role in which tenant. */
export class CreateMember1700000000140 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table member (
        tenant text not null,
        user_id text not null,
        role text not null,
        since timestamptz not null,
        given_by text not null,
        primary key (tenant, user_id)
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table member');
  }
}
