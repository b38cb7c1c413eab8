import { createReadStream, createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Client } from 'pg';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';

/** What Postgres alone costs: COPY of the same rows into a table with the same keys and indexes. */
export class BareCopy {
  private constructor(
    private readonly sql: Client,
    private readonly file: string,
  ) {}

  static async beside(sql: Client, folder: string): Promise<BareCopy> {
    await sql.query('create schema bare');
    await sql.query('create table bare.leaves (like audit.leaves including all)');
    return new BareCopy(sql, join(folder, 'leaves.copy'));
  }

  /** Milliseconds to copy the leaves from an index on. */
  async measure(from: number): Promise<number> {
    const rows = this.sql.query(
      copyTo(
        `copy (select * from audit.leaves where index >= ${from} order by index) to stdout (format binary)`,
      ),
    );
    await pipeline(rows, createWriteStream(this.file));
    const start = performance.now();
    const table = this.sql.query(copyFrom('copy bare.leaves from stdin (format binary)'));
    await pipeline(createReadStream(this.file, { highWaterMark: 1 << 20 }), table);
    return performance.now() - start;
  }
}
