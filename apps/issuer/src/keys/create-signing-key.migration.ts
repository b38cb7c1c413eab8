import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateSigningKey1700000000100 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table signing_key (
        key_id text primary key,
        algorithm text not null,
        status text not null,
        public_jwk jsonb not null,
        sealed_private_jwk bytea,
        published_at timestamptz not null,
        activate_at timestamptz not null,
        activated_at timestamptz,
        retire_at timestamptz,
        ended_at timestamptz
      )`);
    await runner.query('create index signing_key_in_use on signing_key (algorithm) where ended_at is null');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table signing_key');
  }
}
