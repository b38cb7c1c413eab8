import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * New streams come as one JSON text, where arrays of JSON texts had every quotation mark escaped once more. Functions that
 * begin streams with what they hold already still pass arrays.
 */
export class BeginStreamsFromJson1700000000320 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(BEGIN_STREAMS_FROM_JSON);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop function begin_streams(jsonb)');
  }
}

/** Rows come back in insertion order, which is that of `position`. In PL/pgSQL, which plans once for a session. */
const BEGIN_STREAMS_FROM_JSON = `
  create function begin_streams(news jsonb) returns setof events language plpgsql as $$
  begin
    return query
      insert into events (id, stream_id, version, type, tenant, data, metadata)
      select (new->>'id')::uuid, new->>'stream', 1, new->>'type', new->>'tenant', new->'data', new->'metadata'
      from jsonb_array_elements(news) with ordinality as given (new, ordinality)
      order by ordinality
      returning *;
  end $$`;
