import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The event store's tables. `tx` is the writing transaction: a sequence alone is no order, because a lower number can
 * commit later. Readers page by `(tx, position)` and only below the oldest transaction still open.
 */
export class CreateEventStore1700000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table events (
        position bigint generated always as identity,
        tx xid8 not null default pg_current_xact_id(),
        id uuid not null,
        stream_id text not null,
        version int not null,
        type text not null,
        tenant text not null,
        data jsonb not null,
        metadata jsonb not null,
        at timestamptz not null default clock_timestamp(),
        primary key (stream_id, version)
      )`);
    await runner.query('create unique index events_in_order on events (tx, position)');
    await runner.query(`
      create table relay_checkpoint (
        only_row boolean primary key default true check (only_row),
        tx xid8 not null,
        position bigint not null
      )`);
    await runner.query(`insert into relay_checkpoint (tx, position) values ('0', 0)`);
    await runner.query(APPEND_EVENTS);
    await runner.query(BEGIN_STREAMS);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop function begin_streams');
    await runner.query('drop function append_events');
    await runner.query('drop table relay_checkpoint');
    await runner.query('drop table events');
  }
}

/** One round trip an append. The primary key refuses a version somebody else has taken. */
const APPEND_EVENTS = `
  create function append_events(
    stream text, expected int, for_tenant text, meta jsonb, ids uuid[], types text[], datas jsonb[]
  ) returns setof events language sql as $$
    insert into events (id, stream_id, version, type, tenant, data, metadata)
    select id, stream, expected + ordinality::int, type, for_tenant, data, meta
    from unnest(ids, types, datas) with ordinality as new (id, type, data, ordinality)
    order by ordinality
    returning *
  $$`;

/** Many new streams in one round trip; rows come back in insertion order, which is that of `position`. */
export const BEGIN_STREAMS = `
  create function begin_streams(
    for_tenant text, meta jsonb, ids uuid[], streams text[], types text[], datas jsonb[]
  ) returns setof events language sql as $$
    insert into events (id, stream_id, version, type, tenant, data, metadata)
    select id, stream, 1, type, for_tenant, data, meta
    from unnest(ids, streams, types, datas) with ordinality as new (id, stream, type, data, ordinality)
    order by ordinality
    returning *
  $$`;
