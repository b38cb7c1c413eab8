import type { AuditEntry, EntriesQuery } from '@gatehouse/contracts';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';

/** A page of the log, oldest first. */
export interface EntryPage {
  items: AuditEntry[];
  nextCursor: string | null;
}

/** What to look for; `type` as on the wire. */
export type EntryFilter = Pick<EntriesQuery, 'token' | 'type' | 'tenant' | 'eventId'>;

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

const COLUMNS = { token: 'token', type: 'type', tenant: 'tenant', eventId: 'event_id' } as const;

/** Answers what happened. Shows only what a stored checkpoint covers, so that each entry can be proven at once. */
@Injectable()
export class EntryQuery {
  constructor(@Inject(DataSource) private readonly dataSource: DataSource) {}

  /** The entries that match, from an index on. */
  async page(filter: EntryFilter, from: number, limit: number): Promise<EntryPage> {
    const { where, values } = conditionsOf(filter);
    // Nothing in the log holds NUL, and PostgreSQL refuses to compare with it.
    if (values.some((value) => value.includes('\0'))) return { items: [], nextCursor: null };
    const rows = await this.dataSource.query<EntryRow[]>(
      `select index, leaf_hash, event_id, type, source, subject, tenant, actor, token, at, canonical
       from leaves
       where index >= $1 and index < (select coalesce(max(size), 0) from checkpoints) ${where}
       order by index limit $2`,
      [from, limit + 1, ...values],
    );
    const next = rows[limit];
    return { items: rows.slice(0, limit).map(entryOf), nextCursor: next ? next.index : null };
  }
}

function conditionsOf(filter: EntryFilter): { where: string; values: string[] } {
  const given = Object.entries(COLUMNS).flatMap(([name, column]) => {
    const value = filter[name as keyof EntryFilter];
    return value === undefined ? [] : [{ column, value }];
  });
  const where = given.map(({ column }, i) => `and ${column} = $${i + 3}`).join(' ');
  return { where, values: given.map(({ value }) => value) };
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
