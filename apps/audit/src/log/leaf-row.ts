import { CopyFields } from './copy-fields.js';
import type { Leaf } from './leaf.js';

/** Columns of `leaves` that are known before a leaf has its place. */
export const ROW_COLUMNS = [
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
] as const;

const fields = new CopyFields();

/** A leaf’s row for COPY, without the index: made where there is time for it, not while the log waits. */
export function rowOf(leaf: Omit<Leaf, 'row'>): Uint8Array {
  return fields
    .begin()
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
    .text(leaf.canonical)
    .take();
}
