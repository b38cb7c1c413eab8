import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { CheckpointStore } from '../checkpoint/checkpoint-store.js';
import type { OutgoingEntry } from './outlet.js';

interface LeafRow {
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
    const rows = await this.dataSource.query<LeafRow[]>(
      `select index, leaf_hash, event_id, type, source, subject, tenant, actor, token, at, canonical
       from leaves where index >= $1 and ${WANTED} and index < $4 order by index limit $5`,
      [from, wanted.types ?? null, wanted.tenants ?? null, to, limit],
    );
    const entries = rows.map(entryOf);
    return { entries, next: rows.length === limit ? entries.at(-1)!.index + 1 : Math.max(from, to), size };
  }

  /** Those of the entries that exist, by their indexes. */
  async at(indexes: readonly number[]): Promise<OutgoingEntry[]> {
    const rows = await this.dataSource.query<LeafRow[]>(
      `select index, leaf_hash, event_id, type, source, subject, tenant, actor, token, at, canonical
       from leaves where index = any($1::bigint[]) order by index`,
      [indexes],
    );
    return rows.map(entryOf);
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

function entryOf(row: LeafRow): OutgoingEntry {
  const { leaf_hash, event_id, canonical, at, index, ...rest } = row;
  return {
    index: Number(index),
    leafHash: leaf_hash.toString('base64'),
    eventId: event_id,
    ...rest,
    at: at.toISOString(),
    event: JSON.parse(canonical) as Record<string, unknown>,
    orderedBy: row.token ?? `${row.source} ${row.subject}`,
  };
}
