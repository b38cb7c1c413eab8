import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What tokens were used for. Not read models: nothing in the event store says it, so a rebuild leaves them alone, and no
 * foreign key ties them to tables that a rebuild empties.
 */
export class CreateTokenUse1700000000200 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table secret_use (
        token_id text not null,
        secret_id text not null,
        used_at timestamptz not null,
        ip text not null,
        country text not null,
        primary key (token_id, secret_id)
      ) with (fillfactor = 70)`);
    await runner.query(`
      create table trait_use (
        token_id text not null,
        kind text not null,
        value text not null,
        first_used_at timestamptz not null,
        last_used_at timestamptz not null,
        primary key (token_id, kind, value)
      ) with (fillfactor = 70)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table trait_use');
    await runner.query('drop table secret_use');
  }
}
