import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { ingestionStage, type IngestionStage } from '../../test/ingestion-stage.js';
import { batchesOf, partsOf, recordsOf } from '../../test/request-events.js';
import { BatchLedger } from './batch-ledger.js';
import { RequestTable } from './request-table.js';

/** Ends an insert where a killed process or a lost connection would. */
class Ended extends Error {}

let stage: IngestionStage;

beforeAll(async () => {
  stage = await ingestionStage();
});
afterEach(() => stage.clear());
afterAll(() => stage.remove());

describe('Ingestion ended at', () => {
  const records = recordsOf({ count: 90, startAt: nearMidnight() });
  const events = batchesOf(records, 30).flat();

  /** After the end, the same events come again, cut into other groups than before. */
  async function expectExactAfterRestart(): Promise<void> {
    const ingestion = stage.started();
    await stage.deliver(ingestion, events.slice(0, 4));
    await stage.deliver(ingestion, events.slice(3));
    await stage.expectHeld(90);
    expect(stage.announced.get('gw-1')).toBe(3);
  }

  it('the insert of the rows, before any effect', async () => {
    class Table extends RequestTable {
      override insert(): Promise<void> {
        throw new Ended();
      }
    }
    const table = new Table(stage.clickhouse.writer);
    await expect(stage.deliver(stage.started({ table }), events)).rejects.toThrow(Ended);
    expect(await stage.rows()).toBe(0);
    await expectExactAfterRestart();
  });

  it('the insert of the rows, with the rows there but not in the rollup', async () => {
    class Table extends RequestTable {
      override async insert(lines: readonly string[], insertedAt: number): Promise<void> {
        await withoutRollup(() => super.insert(lines, insertedAt));
        throw new Ended();
      }
    }
    const table = new Table(stage.clickhouse.writer);
    await expect(stage.deliver(stage.started({ table }), events)).rejects.toThrow(Ended);
    expect({ rows: await stage.rows(), calls: await stage.calls() }).toEqual({ rows: 90, calls: 0 });
    await expectExactAfterRestart();
  });

  it('the insert of the rows, with one of two days there', async () => {
    class Table extends RequestTable {
      override async insert(lines: readonly string[], insertedAt: number): Promise<void> {
        const day = records[0].at.slice(0, 10);
        const ofFirstDay = lines.filter((line) => (JSON.parse(line) as string[])[5]?.startsWith(day));
        await withoutRollup(() => super.insert(ofFirstDay, insertedAt));
        throw new Ended();
      }
    }
    const table = new Table(stage.clickhouse.writer);
    await expect(stage.deliver(stage.started({ table }), events)).rejects.toThrow(Ended);
    expect(await stage.rows()).toBeGreaterThan(0);
    expect(await stage.rows()).toBeLessThan(90);
    await expectExactAfterRestart();
  });

  it('the point between rows and ledger, several times over', async () => {
    class Ledger extends BatchLedger {
      override append(): Promise<void> {
        throw new Ended();
      }
    }
    const ledger = new Ledger(stage.clickhouse.writer);
    for (const count of [2, 5, 9])
      await expect(stage.deliver(stage.started({ ledger }), events.slice(0, count))).rejects.toThrow(Ended);
    await expectExactAfterRestart();
  });

  it('the point between ledger and acknowledgement', async () => {
    class Ledger extends BatchLedger {
      override async append(...args: Parameters<BatchLedger['append']>): Promise<void> {
        await super.append(...args);
        throw new Ended();
      }
    }
    const ledger = new Ledger(stage.clickhouse.writer);
    await expect(stage.deliver(stage.started({ ledger }), events.slice(0, 5))).rejects.toThrow(Ended);
    await expectExactAfterRestart();
  });

  it('a failed insert goes on by itself in the same process', async () => {
    let failures = 2;
    class Ledger extends BatchLedger {
      override async append(...args: Parameters<BatchLedger['append']>): Promise<void> {
        if (failures-- > 0) throw new Ended();
        await super.append(...args);
      }
    }
    const ingestion = stage.started({ ledger: new Ledger(stage.clickhouse.writer) });
    await expect(stage.deliver(ingestion, events.slice(0, 4))).rejects.toThrow(Ended);
    await expect(stage.deliver(ingestion, events)).rejects.toThrow(Ended);
    expect(await stage.deliver(ingestion, events)).toEqual(events.map(() => 'ack'));
    await stage.expectHeld(90);
  });

  it('rows that landed are not called lost when their batch is passed over', async () => {
    class Ledger extends BatchLedger {
      override append(): Promise<void> {
        throw new Ended();
      }
    }
    const ledger = new Ledger(stage.clickhouse.writer);
    await expect(stage.deliver(stage.started({ ledger }), batchesOf(records, 30)[0])).rejects.toThrow(Ended);
    await stage.deliver(stage.started(), partsOf(records.slice(60), { batch: 3, oldest: 3 }));
    await stage.expectHeld(60);
    expect(await stage.clickhouse.number('SELECT sum(gap) FROM request_batches')).toBe(30);
  });
});

/** So that a batch falls on two days, which are two partitions. */
function nearMidnight(): Date {
  const midnight = new Date();
  midnight.setUTCHours(0, 0, 0, 0);
  return new Date(midnight.getTime() - 155);
}

/** What the engine does while the view does not exist, it does when it ends before it comes to the view. */
async function withoutRollup(act: () => Promise<void>): Promise<void> {
  await stage.clickhouse.writer.command({ query: 'DETACH TABLE requests_to_minutes' });
  try {
    await act();
  } finally {
    await stage.clickhouse.writer.command({ query: 'ATTACH TABLE requests_to_minutes' });
  }
}
