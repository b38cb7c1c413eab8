import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { AuditEntry } from '@gatehouse/contracts';
import { leafOf } from '../src/log/leaf.js';

const FOLDER = fileURLToPath(new URL('../../../packages/contracts/test/golden/', import.meta.url));

/** An entry of every event version there is, as the log would show it. */
export function goldenEntries(): AuditEntry[] {
  return readdirSync(FOLDER)
    .filter((name) => name.endsWith('.json'))
    .toSorted()
    .map((name, index) => entryOf(JSON.parse(readFileSync(FOLDER + name, 'utf8')) as object, index));
}

/** The entry of one type. */
export function goldenEntry(type: string): AuditEntry {
  const entry = goldenEntries().find((candidate) => candidate.type === type);
  if (!entry) throw new Error(`there is no golden ${type}`);
  return entry;
}

function entryOf(event: object, index: number): AuditEntry {
  const { channel: _channel, row: _row, canonical, leafHash, ...leaf } = leafOf('issuer', { ...event });
  return {
    index,
    ...leaf,
    leafHash: Buffer.from(leafHash).toString('base64'),
    event: JSON.parse(canonical) as Record<string, unknown>,
  };
}
