import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What entries are found by, apart from the log: made of the leaves, behind them, and made again at any time. The log's
 * own table keeps the indexes that appending needs, and no others.
 */
export class CreateSearch1700000010000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('drop index leaves_of_tenant, leaves_of_type, leaves_of_token');
    await runner.query(TABLES);
    await runner.query(INDEXES);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table search, search_blocks');
    await runner.query('create index leaves_of_tenant on leaves (tenant, index)');
    await runner.query('create index leaves_of_type on leaves (type, index)');
    await runner.query('create index leaves_of_token on leaves (token, index) where token is not null');
  }
}

const TABLES = `
  create table search (
    index bigint primary key,
    at timestamptz not null,
    type text not null,
    tenant text not null,
    actor text not null,
    token text,
    application text,
    person text,
    address inet,
    outcome text not null,
    words tsvector not null
  );

  create table search_blocks (
    block bigint primary key,
    earliest timestamptz not null,
    latest timestamptz not null
  );
`;

/** Each ends with the index, so that a page is read in the order it is shown and ends when it is full. */
const INDEXES = `
  create index search_tenant on search (tenant, index);
  create index search_tenant_type on search (tenant, type, index);
  create index search_type on search (type, index);
  create index search_actor on search (actor, index);
  create index search_token on search (token, index) where token is not null;
  create index search_application on search (application, index) where application is not null;
  create index search_person on search (person, index) where person is not null;
  create index search_address on search (address, index) where address is not null;
  create index search_outcome on search (outcome, index) where outcome <> 'success';
  create index search_tenant_outcome on search (tenant, outcome, index) where outcome <> 'success';
  create index search_words on search using gin (words);
`;
