import type { AuditEntry } from '@gatehouse/contracts';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';

interface EntryRow {
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
  canonical: string;
}

/** A page of the log as it is, oldest first. */
export interface LogPage {
  items: AuditEntry[];
  /** Where the next one begins; absent at the end of what is signed for. */
  next: number | undefined;
}

/** Reads the log itself. */
@Injectable()
export class LogEntries {
  constructor(@Inject(DataSource) private readonly dataSource: DataSource) {}

  /** Every entry from an index on that a stored checkpoint covers. */
  async from(index: number, limit: number): Promise<LogPage> {
    const items = await this.select(
      'where index >= $1 and index < (select coalesce(max(size), 0) from checkpoints) order by index limit $2',
      [index, limit + 1],
    );
    return { items: items.slice(0, limit), next: items[limit]?.index };
  }

  /** Those at these indexes, lowest first. */
  at(indexes: readonly number[]): Promise<AuditEntry[]> {
    return indexes.length === 0
      ? Promise.resolve([])
      : this.select('where index = any($1) order by index', [indexes]);
  }

  private async select(which: string, values: unknown[]): Promise<AuditEntry[]> {
    const rows = await this.dataSource.query<EntryRow[]>(
      `select index, leaf_hash, event_id, type, source, subject, tenant, actor, token, at, canonical
       from leaves ${which}`,
      values,
    );
    return rows.map(entryOf);
  }
}

function entryOf(row: EntryRow): AuditEntry {
  const { leaf_hash, event_id, canonical, at, index, ...rest } = row;
  return {
    index: Number(index),
    leafHash: leaf_hash.toString('base64'),
    eventId: event_id,
    ...rest,
    at: at.toISOString(),
    event: JSON.parse(canonical) as Record<string, unknown>,
  };
}
