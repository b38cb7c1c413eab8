import { finished } from 'node:stream/promises';
import type { PoolClient } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import type { EntityManager } from 'typeorm';
import type { AppendableLeaf } from './leaf.js';
import { ROW_COLUMNS } from './leaf-row.js';

const COLUMNS = ['index', ...ROW_COLUMNS];

// PostgreSQL's binary COPY format ("COPY", File Formats): signature, flags, length of an extension.
const HEADER = Buffer.concat([Buffer.from('PGCOPY\n\xff\r\n\0', 'latin1'), Buffer.alloc(8)]);
const TRAILER = Buffer.from([0xff, 0xff]);
/** Before each row: how many fields, the length of the first, and that: the index. */
const ROW_HEAD_BYTES = 2 + 4 + 8;
const INDEX_BYTES = 8;

/** Writes leaves from an index on, within the manager's transaction: one COPY. */
export async function insertLeaves(
  manager: EntityManager,
  from: number,
  leaves: readonly AppendableLeaf[],
): Promise<void> {
  const client = (await manager.queryRunner!.connect()) as PoolClient;
  const copy = client.query(copyFrom(`copy leaves (${COLUMNS.join(', ')}) from stdin (format binary)`));
  copy.end(rowsFrom(from, leaves));
  await finished(copy);
}

function rowsFrom(first: number, leaves: readonly AppendableLeaf[]): Buffer {
  let size = HEADER.length + TRAILER.length;
  for (const { row } of leaves) size += ROW_HEAD_BYTES + row.length;
  const rows = Buffer.allocUnsafe(size);
  let at = HEADER.copy(rows);
  for (const [nth, { row }] of leaves.entries()) {
    at = rows.writeInt16BE(COLUMNS.length, at);
    at = rows.writeInt32BE(INDEX_BYTES, at);
    at = rows.writeBigInt64BE(BigInt(first + nth), at);
    rows.set(row, at);
    at += row.length;
  }
  rows.set(TRAILER, at);
  return rows;
}
