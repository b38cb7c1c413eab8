import { formatPosition, type Position } from '@gatehouse/kernel';

/** Who and what caused an event. */
export interface EventMetadata {
  /** `token:<id>` or `system:<service>`. */
  actor: string;
  /** W3C Trace Context. */
  traceparent?: string;
}

/** One event as the store holds it. */
export interface StoredEvent {
  /** UUID. */
  id: string;
  streamId: string;
  /** 1 for a stream's first event. */
  version: number;
  /** Wire type, e.g. `token.issued.v1`. */
  type: string;
  tenant: string;
  data: Record<string, unknown>;
  metadata: EventMetadata;
  /** The database's clock. */
  at: Date;
  position: Position;
}

/** The columns of {@link StoredEvent}, for a `select` list. Casts in the list only: sorting by them would sort text. */
export const EVENT_COLUMNS =
  'e.id, e.stream_id, e.version, e.type, e.tenant, e.data, e.metadata, e.at, e.tx::text as tx_text, e.position::text as position_text';

/** A row of {@link EVENT_COLUMNS}. */
export interface EventRow {
  id: string;
  stream_id: string;
  version: number;
  type: string;
  tenant: string;
  data: Record<string, unknown>;
  metadata: EventMetadata;
  at: Date;
  tx_text: string;
  position_text: string;
}

export function storedEventOf(row: EventRow): StoredEvent {
  return {
    id: row.id,
    streamId: row.stream_id,
    version: row.version,
    type: row.type,
    tenant: row.tenant,
    data: row.data,
    metadata: row.metadata,
    at: row.at,
    position: formatPosition(row.tx_text, row.position_text),
  };
}
