import { expect } from '@jest/globals';
import type { Delivery, Verdict } from '@gatehouse/messaging';
import { BatchLedger } from '../src/ingestion/batch-ledger.js';
import { DeadLetters } from '../src/ingestion/dead-letters.js';
import { Ingestion } from '../src/ingestion/ingestion.js';
import { RequestTable } from '../src/ingestion/request-table.js';
import { temporaryClickHouse } from './temporary-clickhouse.js';

/** Parts of an ingestion that a test replaces, to end it at a chosen point. */
export interface Replacements {
  table?: RequestTable;
  ledger?: BatchLedger;
}

/** How long ingestions of a stage wait for the batch before an early one. */
export const PATIENCE_MS = 10_000;

export type IngestionStage = Awaited<ReturnType<typeof ingestionStage>>;

/** A real engine and ingestions that start on it, one after the other, as processes do. */
export async function ingestionStage() {
  const clickhouse = await temporaryClickHouse();
  let passedMs = 0;
  const announced = new Map<string, number>();
  const rows = () => clickhouse.number('SELECT count() FROM requests');
  const distinct = () => clickhouse.number('SELECT uniqExact(gateway, seq) FROM requests');
  const calls = () => clickhouse.number('SELECT sum(calls) FROM requests_by_minute');
  return {
    clickhouse,
    /** The newest announcement for each gateway. */
    announced,
    rows,
    calls,
    /** Sets the clock forward. */
    pass(ms: number): void {
      passedMs += ms;
    },
    /** A process that starts now. */
    started: (replacements: Replacements = {}): Ingestion =>
      new Ingestion({
        table: replacements.table ?? new RequestTable(clickhouse.writer),
        ledger: replacements.ledger ?? new BatchLedger(clickhouse.writer),
        deadLetters: new DeadLetters(clickhouse.writer),
        clock: { now: () => new Date(Date.now() + passedMs) },
        logger: { info: () => undefined, warn: () => undefined, error: () => undefined },
        announce: (gateway, batch) => announced.set(gateway, batch),
        patienceMs: PATIENCE_MS,
      }),
    deliver: (ingestion: Ingestion, events: readonly unknown[]): Promise<Verdict[]> =>
      ingestion.handle(
        events.map((json, i): Delivery => {
          const bytes = Buffer.from(JSON.stringify(json) ?? '');
          return { json, bytes, sequence: i + 1, subject: 'requests.logged.x', deliveryCount: 1 };
        }),
      ),
    /** Every record once, in the rows and in the rollup. */
    async expectHeld(count: number): Promise<void> {
      const held = { rows: await rows(), distinct: await distinct(), calls: await calls() };
      expect(held).toEqual({ rows: count, distinct: count, calls: count });
    },
    clear(): Promise<void> {
      announced.clear();
      return clickhouse.clear();
    },
    remove: () => clickhouse.remove(),
  };
}
