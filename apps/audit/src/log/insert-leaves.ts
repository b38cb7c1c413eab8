import { finished } from 'node:stream/promises';
import type { PoolClient } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import type { EntityManager } from 'typeorm';
import { BinaryCopy } from './binary-copy.js';
import type { Leaf } from './leaf.js';

const COLUMNS = [
  'index',
  'channel',
  'event_id',
  'type',
  'source',
  'subject',
  'tenant',
  'actor',
  'token',
  'at',
  'leaf_hash',
  'canonical',
];

/** Writes leaves from an index on, within the manager's transaction: one COPY. */
export async function insertLeaves(
  manager: EntityManager,
  from: number,
  leaves: readonly Leaf[],
): Promise<void> {
  const client = (await manager.queryRunner!.connect()) as PoolClient;
  const copy = client.query(copyFrom(`copy leaves (${COLUMNS.join(', ')}) from stdin (format binary)`));
  copy.end(rowsOf(from, leaves));
  await finished(copy);
}

function rowsOf(from: number, leaves: readonly Leaf[]): Buffer {
  const rows = new BinaryCopy();
  for (const [nth, leaf] of leaves.entries())
    rows
      .row(COLUMNS.length)
      .bigint(from + nth)
      .text(leaf.channel)
      .text(leaf.eventId)
      .text(leaf.type)
      .text(leaf.source)
      .text(leaf.subject)
      .text(leaf.tenant)
      .text(leaf.actor)
      .text(leaf.token)
      .instant(leaf.at)
      .bytes(leaf.leafHash)
      .text(leaf.canonical);
  return rows.end();
}
