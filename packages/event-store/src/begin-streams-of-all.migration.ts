import type { MigrationInterface, QueryRunner } from 'typeorm';
import { BEGIN_STREAMS } from './create-event-store.migration.js';

/** New streams of several tenants and callers may share a statement, and so its commit. */
export class BeginStreamsOfAll1700000000270 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('drop function begin_streams');
    await runner.query(BEGIN_STREAMS_OF_ALL);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop function begin_streams');
    await runner.query(BEGIN_STREAMS);
  }
}

/** Rows come back in insertion order, which is that of `position`. */
const BEGIN_STREAMS_OF_ALL = `
  create function begin_streams(
    ids uuid[], streams text[], tenants text[], types text[], datas jsonb[], metas jsonb[]
  ) returns setof events language sql as $$
    insert into events (id, stream_id, version, type, tenant, data, metadata)
    select id, stream, 1, type, tenant, data, meta
    from unnest(ids, streams, tenants, types, datas, metas)
      with ordinality as new (id, stream, tenant, type, data, meta, ordinality)
    order by ordinality
    returning *
  $$`;
