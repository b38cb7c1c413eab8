import { Inject, Injectable } from '@nestjs/common';
import { Client } from 'pg';
import { DataSource } from 'typeorm';
import { DATABASE_URL } from '../audit.tokens.js';
import { SCHEMA } from '../database.js';
import { RETENTION_ROLE, WRITER_ROLE } from '../writer-role.js';

/** What one batch did. */
export interface Expired {
  expired: number;
  /** Due, but kept by a legal hold. */
  held: number;
  /** Leaves below this were looked at. */
  reached: number;
}

/** Has bodies expire, over connections that can do nothing else. */
@Injectable()
export class Expirer {
  constructor(
    @Inject(DATABASE_URL) private readonly url: string,
    @Inject(DataSource) private readonly dataSource: DataSource,
  ) {}

  /**
   * One batch: those of the leaves that are due by the policy in force and not held.
   * @param run id of the entry by which the run began; a checkpoint must cover it.
   * @param past at most 4096 leaves after `first`.
   */
  async expire(run: string, first: number, past: number): Promise<Expired> {
    const client = new Client({ connectionString: this.url, ...(await this.settings()) });
    await client.connect();
    try {
      const { rows } = await client.query<Record<keyof Expired, string>>(
        'select expired, held, reached from expire_bodies($1, $2, $3)',
        [run, first, past],
      );
      const { expired, held, reached } = rows[0]!;
      return { expired: Number(expired), held: Number(held), reached: Number(reached) };
    } finally {
      await client.end();
    }
  }

  /** Where the writer could give its rights up, so can this. */
  private async settings() {
    const [row] = await this.dataSource.query<{ role: string }[]>('select current_user as role');
    const role = row?.role === WRITER_ROLE ? ` -c role=${RETENTION_ROLE}` : '';
    return {
      application_name: 'gatehouse-audit-retention',
      connectionTimeoutMillis: 2_000,
      options: `-c search_path=${SCHEMA} -c statement_timeout=30s${role}`,
    };
  }
}
