import type { AuditEntry } from '@gatehouse/contracts';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { ENTRY_COLUMNS, entryOf } from './entry-row.js';
import type { EntryRow } from './entry-row.js';

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
      `select ${ENTRY_COLUMNS} from leaves ${which}`,
      values,
    );
    return rows.map(entryOf);
  }
}
