import type { AuditEntry } from '@gatehouse/contracts';

/** A leaf as the table has it. */
export interface EntryRow {
  index: string;
  leaf_hash: Buffer;
  event_id: string;
  type: string;
  source: string;
  subject: string;
  tenant: string;
  actor: string;
  token: string | null;
  at: Date;
  /** `null` once the body has expired. */
  canonical: string | null;
}

/** What {@link entryOf} needs of a leaf. */
export const ENTRY_COLUMNS =
  'index, leaf_hash, event_id, type, source, subject, tenant, actor, token, at, canonical';

/** A leaf as everybody is shown it; of one that has expired, what the log still says of it. */
export function entryOf(row: EntryRow): AuditEntry {
  const { leaf_hash, event_id, canonical, at, index, ...rest } = row;
  const shown = {
    index: Number(index),
    leafHash: leaf_hash.toString('base64'),
    eventId: event_id,
    ...rest,
    at: at.toISOString(),
  };
  if (canonical !== null) return { ...shown, event: JSON.parse(canonical) as Record<string, unknown> };
  const { type, source, subject, tenant, actor } = row;
  const event = { specversion: '1.0', id: event_id, type, source, subject, time: shown.at, tenant, actor };
  return { ...shown, event, expired: true };
}
