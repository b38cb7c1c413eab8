import type { DeadLetter } from '@gatehouse/contracts';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';

/** An entry that is put aside, and why. */
export interface PutAside {
  index: number;
  orderedBy: string;
  reason: string;
}

/** Entries that a sink did not take. What follows them in the order of their token waits here as well. */
@Injectable()
export class DeadLetters {
  constructor(@Inject(DataSource) private readonly dataSource: DataSource) {}

  async put(sink: string, letters: readonly PutAside[]): Promise<void> {
    if (letters.length === 0) return;
    await this.dataSource.query(
      `insert into sink_dead_letters (sink, index, ordered_by, reason)
       select $1, * from unnest($2::bigint[], $3::text[], $4::text[])
       on conflict (sink, index) do update set reason = excluded.reason, retrying = false, at = clock_timestamp()`,
      [
        sink,
        letters.map(({ index }) => index),
        letters.map(({ orderedBy }) => orderedBy),
        letters.map(({ reason }) => reason.slice(0, 500)),
      ],
    );
  }

  async remove(sink: string, indexes: readonly number[]): Promise<void> {
    await this.dataSource.query(
      'delete from sink_dead_letters where sink = $1 and index = any($2::bigint[])',
      [sink, indexes],
    );
  }

  /** Of some orders, those that wait behind a dead letter, with its index. */
  async blocked(sink: string, orders: readonly string[]): Promise<Map<string, number>> {
    const rows = await this.dataSource.query<{ ordered_by: string; index: string }[]>(
      `select ordered_by, min(index) as index from sink_dead_letters
       where sink = $1 and ordered_by = any($2::text[]) group by ordered_by`,
      [sink, orders],
    );
    return new Map(rows.map((row) => [row.ordered_by, Number(row.index)]));
  }

  async count(sink: string): Promise<number> {
    const [row] = await this.dataSource.query<{ count: string }[]>(
      'select count(*) from sink_dead_letters where sink = $1',
      [sink],
    );
    return Number(row!.count);
  }

  /** In the log's order, from an index on. */
  async list(sink: string, from: number, limit: number): Promise<DeadLetter[]> {
    const rows = await this.dataSource.query<
      { index: string; reason: string; at: Date; retrying: boolean }[]
    >(
      `select index, reason, at, retrying from sink_dead_letters
       where sink = $1 and index >= $2 order by index limit $3`,
      [sink, from, limit],
    );
    return rows.map((row) => ({ ...row, index: Number(row.index), at: row.at.toISOString() }));
  }

  /** Those that are to be offered again, oldest first. */
  async retrying(sink: string, limit: number): Promise<number[]> {
    const rows = await this.dataSource.query<{ index: string }[]>(
      'select index from sink_dead_letters where sink = $1 and retrying order by index limit $2',
      [sink, limit],
    );
    return rows.map(({ index }) => Number(index));
  }

  /** One was refused again: it stays, and what waits behind it as well. */
  async refuseAgain(
    sink: string,
    { index, orderedBy }: Omit<PutAside, 'reason'>,
    reason: string,
  ): Promise<void> {
    await this.dataSource.query(
      `update sink_dead_letters set retrying = false, at = clock_timestamp(),
         reason = case when index = $3 then $4 else reason end
       where sink = $1 and ordered_by = $2 and index >= $3`,
      [sink, orderedBy, index, reason.slice(0, 500)],
    );
  }

  /** Has all of a sink's offered again. */
  async retryAll(sink: string): Promise<number> {
    const [, count] = await this.dataSource.query<[unknown, number]>(
      'update sink_dead_letters set retrying = true where sink = $1',
      [sink],
    );
    return count;
  }
}
