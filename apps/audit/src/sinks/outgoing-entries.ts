import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { CheckpointStore } from '../checkpoint/checkpoint-store.js';
import { ENTRY_COLUMNS, entryOf } from '../entries/entry-row.js';
import type { EntryRow } from '../entries/entry-row.js';
import type { OutgoingEntry } from './outlet.js';

/** What a sink wants of the log; nothing said: everything. */
export interface Wanted {
  types?: readonly string[] | undefined;
  tenants?: readonly string[] | undefined;
}

/** Entries from an index on, and where to go on after them. */
export interface OutgoingPage {
  entries: OutgoingEntry[];
  /** Past the last entry looked at: the next page begins here. */
  next: number;
  /** Of the tree that the latest checkpoint covers. */
  size: number;
}

const WANTED = `($2::text[] is null or type = any($2)) and ($3::text[] is null or tenant = any($3))`;

/** The log in its order, for whoever follows it: only what a stored checkpoint covers, so that there is never a gap. */
@Injectable()
export class OutgoingEntries {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(CheckpointStore) private readonly checkpoints: CheckpointStore,
  ) {}

  /** How many leaves the latest checkpoint covers. */
  size(): Promise<number> {
    return this.checkpoints.latestSize();
  }

  /** Looks at no more than `span` leaves, so that a filter that finds little does not read the whole log at once. */
  async page(from: number, wanted: Wanted, limit: number, span = 10_000): Promise<OutgoingPage> {
    const size = await this.size();
    const to = Math.min(size, from + span);
    const rows = await this.dataSource.query<EntryRow[]>(
      `select ${ENTRY_COLUMNS}
       from leaves where index >= $1 and ${WANTED} and index < $4 order by index limit $5`,
      [from, wanted.types ?? null, wanted.tenants ?? null, to, limit],
    );
    const entries = rows.map(outgoingOf);
    return { entries, next: rows.length === limit ? entries.at(-1)!.index + 1 : Math.max(from, to), size };
  }

  /** Those of the entries that exist, by their indexes. */
  async at(indexes: readonly number[]): Promise<OutgoingEntry[]> {
    const rows = await this.dataSource.query<EntryRow[]>(
      `select ${ENTRY_COLUMNS}
       from leaves where index = any($1::bigint[]) order by index`,
      [indexes],
    );
    return rows.map(outgoingOf);
  }

  /** How many entries a sink gets from an index on. */
  async count(from: number, wanted: Wanted): Promise<number> {
    const [row] = await this.dataSource.query<{ count: string }[]>(
      `select count(*) from leaves
       where index >= $1 and ${WANTED} and index < (select coalesce(max(size), 0) from checkpoints)`,
      [from, wanted.types ?? null, wanted.tenants ?? null],
    );
    return Number(row!.count);
  }
}

const outgoingOf = (row: EntryRow): OutgoingEntry => ({
  ...entryOf(row),
  orderedBy: row.token ?? `${row.source} ${row.subject}`,
});
