import type { AuditEntry } from '@gatehouse/contracts';

/** An entry on its way out. */
export interface OutgoingEntry extends AuditEntry {
  /** Entries with the same arrive in the log's order: the token it is about, or its stream. */
  orderedBy: string;
}

/** What became of one entry. */
export type Sent =
  | { status: 'delivered' }
  /** The receiver will not take this entry; the others it may. */
  | { status: 'refused'; reason: string }
  /** Nothing can be had through at the moment; the entry comes again. */
  | { status: 'unavailable'; reason: string };

export const DELIVERED: Sent = { status: 'delivered' };

/** The receiver wants nothing any more: a person has to look. */
export class OutletClosed extends Error {
  override name = 'OutletClosed';
}

/** How entries leave. */
export interface Outlet {
  /**
   * Sends entries; of those with the same `orderedBy` none before the one before it was delivered.
   * @returns what became of each, in their order.
   * @throws Error when none could be sent; {@link OutletClosed}.
   */
  send(entries: readonly OutgoingEntry[], stopping: AbortSignal): Promise<readonly Sent[]>;
  close(): Promise<void>;
}
