import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Documents that published APIs name. No read model: events have their hashes alone. */
export class CreateApiDocument1700000000350 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table api_document (
        tenant text not null,
        document text not null,
        content bytea not null,
        uploaded_at timestamptz not null default now(),
        uploaded_by text not null,
        held_at timestamptz not null default now(),
        primary key (tenant, document)
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table api_document');
  }
}
