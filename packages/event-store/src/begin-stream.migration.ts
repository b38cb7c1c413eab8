import type { MigrationInterface, QueryRunner } from 'typeorm';

/** For SQL functions that judge a new stream and begin it: its first event, without a round trip of its own. */
export class BeginStream1700000000300 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(BEGIN_STREAM);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop function begin_stream');
  }
}

/** When it was begun. In PL/pgSQL, which plans once for a session what a function in SQL plans for every call. */
const BEGIN_STREAM = `
  create function begin_stream(
    event_id uuid, stream text, for_tenant text, event_type text, event_data jsonb, meta jsonb
  ) returns timestamptz language plpgsql as $$
  declare
    begun_at timestamptz;
  begin
    insert into events (id, stream_id, version, type, tenant, data, metadata)
    values (event_id, stream, 1, event_type, for_tenant, event_data, meta)
    returning at into begun_at;
    return begun_at;
  end $$`;
