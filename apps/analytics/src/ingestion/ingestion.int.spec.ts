import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { RequestLogged } from '@gatehouse/contracts';
import { systemClock } from '@gatehouse/kernel';
import type { Delivery, Verdict } from '@gatehouse/messaging';
import { batchesOf, partsOf, recordsOf } from '../../test/request-events.js';
import { temporaryClickHouse, type TemporaryClickHouse } from '../../test/temporary-clickhouse.js';
import { BatchLedger } from './batch-ledger.js';
import { DeadLetters } from './dead-letters.js';
import { Ingestion } from './ingestion.js';
import { RequestTable } from './request-table.js';

/** Ends an insert where a killed process or a lost connection would. */
class Ended extends Error {}

let clickhouse: TemporaryClickHouse;
let announced: Map<string, number>;

beforeAll(async () => {
  clickhouse = await temporaryClickHouse();
});
beforeEach(() => {
  announced = new Map();
});
afterEach(() => clickhouse.clear());
afterAll(() => clickhouse.remove());

/** A process that starts now. Parts of it can be replaced to end it at a chosen point. */
function started(parts: { table?: RequestTable; ledger?: BatchLedger } = {}): Ingestion {
  return new Ingestion({
    table: parts.table ?? new RequestTable(clickhouse.writer),
    ledger: parts.ledger ?? new BatchLedger(clickhouse.writer),
    deadLetters: new DeadLetters(clickhouse.writer),
    clock: systemClock,
    logger: { info: () => undefined, warn: () => undefined, error: () => undefined },
    announce: (gateway, batch) => announced.set(gateway, batch),
  });
}

const deliver = (ingestion: Ingestion, events: readonly unknown[]): Promise<Verdict[]> =>
  ingestion.handle(
    events.map((json): Delivery => ({ json, subject: 'requests.logged.x', deliveryCount: 1 })),
  );

const rows = () => clickhouse.number('SELECT count() FROM requests');
const distinctRows = () => clickhouse.number('SELECT uniqExact(gateway, seq) FROM requests');
const calls = () => clickhouse.number('SELECT sum(calls) FROM requests_by_minute');

async function expectHeld(count: number): Promise<void> {
  expect({ rows: await rows(), distinct: await distinctRows(), calls: await calls() }).toEqual({
    rows: count,
    distinct: count,
    calls: count,
  });
}

describe('Ingestion', () => {
  it('takes every record of a group of batches in, once, with one look at all its parts', async () => {
    const batches = batchesOf(recordsOf({ count: 500 }), 50);
    const verdicts = await deliver(started(), batches.flat());
    expect(new Set(verdicts)).toEqual(new Set(['ack']));
    await expectHeld(500);
    expect(announced).toEqual(new Map([['gw-1', 10]]));
  });

  it('takes parts of a batch in any order and moves the watermark when the last one is held', async () => {
    const ingestion = started();
    const parts = partsOf(recordsOf({ count: 30 }), { batch: 1 });
    expect(parts.length).toBe(3);
    await deliver(ingestion, [parts[2]]);
    await deliver(ingestion, [parts[0]]);
    expect(announced.get('gw-1')).toBe(0);
    await deliver(ingestion, [parts[1]]);
    expect(announced.get('gw-1')).toBe(1);
    await expectHeld(30);
  });

  it('acknowledges what comes again, in the same group, in a later one and after a restart, without a second row', async () => {
    const events = batchesOf(recordsOf({ count: 100 }), 25).flat();
    const ingestion = started();
    expect(await deliver(ingestion, [...events, ...events])).not.toContain('retry');
    expect(await deliver(ingestion, events)).toEqual(events.map(() => 'ack'));
    expect(await deliver(started(), events)).toEqual(events.map(() => 'ack'));
    await expectHeld(100);
    expect(announced.get('gw-1')).toBe(4);
  });

  it('leaves a batch for later while the one before it is missing', async () => {
    const [first, second, third] = batchesOf(recordsOf({ count: 60 }), 20);
    const ingestion = started();
    expect(await deliver(ingestion, [...third, ...first])).toEqual([
      ...third.map(() => 'retry'),
      ...first.map(() => 'ack'),
    ]);
    expect(await deliver(ingestion, [...third, ...second])).not.toContain('retry');
    await expectHeld(60);
  });

  it('keeps gateways apart', async () => {
    const events = ['gw-1', 'gw-2', 'gw-3'].flatMap((gateway) =>
      batchesOf(recordsOf({ count: 40 }), 10, { gateway }).flat(),
    );
    await deliver(started(), events.toReversed());
    await expectHeld(120);
  });

  it('counts as lost what a gateway no longer holds, and takes it no more', async () => {
    const records = recordsOf({ count: 100 });
    const ingestion = started();
    await deliver(ingestion, partsOf(records.slice(0, 10), { batch: 1 }));
    const late = partsOf(records.slice(10, 40), { batch: 2 });
    await deliver(ingestion, partsOf(records.slice(40), { batch: 3, oldest: 3 }));
    expect(await deliver(ingestion, late)).toEqual(late.map(() => 'ack'));
    await expectHeld(70);
    expect(await clickhouse.number('SELECT sum(gap) FROM request_batches')).toBe(30);
  });

  it('buries what it cannot read and lets the rest flow', async () => {
    const good = batchesOf(recordsOf({ count: 40 }), 20).flat();
    const verdicts = await deliver(started(), [undefined, { type: 'request.logged.v1' }, ...good]);
    expect(verdicts).toEqual(['poison', 'poison', ...good.map(() => 'ack')]);
    await expectHeld(40);
    expect(await clickhouse.number('SELECT count() FROM dead_letters FINAL')).toBe(2);
  });

  it('takes the good records of an event with a bad one, and buries the event', async () => {
    const [event] = partsOf(
      recordsOf({ count: 10 }).map((record) => ({ ...record, tenant: 'acme' })),
      { batch: 1 },
    );
    const bad = withRecord(event, 3, { country: 'Atlantis' });
    expect(await deliver(started(), [bad])).toEqual(['poison']);
    await expectHeld(9);
    expect(announced.get('gw-1')).toBe(1);
    expect(await clickhouse.number('SELECT count() FROM dead_letters FINAL')).toBe(1);
  });
});

describe('Ingestion ended at', () => {
  const records = recordsOf({ count: 90, startAt: nearMidnight() });
  const events = batchesOf(records, 30).flat();

  /** After the end, the same events come again, cut into other groups than before. */
  async function expectExactAfterRestart(): Promise<void> {
    const ingestion = started();
    await deliver(ingestion, events.slice(0, 4));
    await deliver(ingestion, events.slice(3));
    await expectHeld(90);
    expect(announced.get('gw-1')).toBe(3);
  }

  it('the insert of the rows, before any effect', async () => {
    class Table extends RequestTable {
      override insert(): Promise<void> {
        throw new Ended();
      }
    }
    const table = new Table(clickhouse.writer);
    await expect(deliver(started({ table }), events)).rejects.toThrow(Ended);
    expect(await rows()).toBe(0);
    await expectExactAfterRestart();
  });

  it('the insert of the rows, with the rows there but not in the rollup', async () => {
    class Table extends RequestTable {
      override async insert(lines: readonly string[], insertedAt: number): Promise<void> {
        await withoutRollup(() => super.insert(lines, insertedAt));
        throw new Ended();
      }
    }
    const table = new Table(clickhouse.writer);
    await expect(deliver(started({ table }), events)).rejects.toThrow(Ended);
    expect({ rows: await rows(), calls: await calls() }).toEqual({ rows: 90, calls: 0 });
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
    const table = new Table(clickhouse.writer);
    await expect(deliver(started({ table }), events)).rejects.toThrow(Ended);
    expect(await rows()).toBeGreaterThan(0);
    expect(await rows()).toBeLessThan(90);
    await expectExactAfterRestart();
  });

  it('the point between rows and ledger, several times over', async () => {
    class Ledger extends BatchLedger {
      override append(): Promise<void> {
        throw new Ended();
      }
    }
    const ledger = new Ledger(clickhouse.writer);
    for (const count of [2, 5, 9])
      await expect(deliver(started({ ledger }), events.slice(0, count))).rejects.toThrow(Ended);
    await expectExactAfterRestart();
  });

  it('the point between ledger and acknowledgement', async () => {
    class Ledger extends BatchLedger {
      override async append(...args: Parameters<BatchLedger['append']>): Promise<void> {
        await super.append(...args);
        throw new Ended();
      }
    }
    const ledger = new Ledger(clickhouse.writer);
    await expect(deliver(started({ ledger }), events.slice(0, 5))).rejects.toThrow(Ended);
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
    const ingestion = started({ ledger: new Ledger(clickhouse.writer) });
    await expect(deliver(ingestion, events.slice(0, 4))).rejects.toThrow(Ended);
    await expect(deliver(ingestion, events)).rejects.toThrow(Ended);
    expect(await deliver(ingestion, events)).toEqual(events.map(() => 'ack'));
    await expectHeld(90);
  });

  it('rows that landed are not called lost when their batch is passed over', async () => {
    class Ledger extends BatchLedger {
      override append(): Promise<void> {
        throw new Ended();
      }
    }
    const ledger = new Ledger(clickhouse.writer);
    await expect(deliver(started({ ledger }), batchesOf(records, 30)[0])).rejects.toThrow(Ended);
    await deliver(started(), partsOf(records.slice(60), { batch: 3, oldest: 3 }));
    await expectHeld(60);
    expect(await clickhouse.number('SELECT sum(gap) FROM request_batches')).toBe(30);
  });
});

/** So that a batch falls on two days, which are two partitions. */
function nearMidnight(): Date {
  const midnight = new Date();
  midnight.setUTCHours(0, 0, 0, 0);
  return new Date(midnight.getTime() - 155);
}

function withRecord(event: RequestLogged, index: number, change: object): RequestLogged {
  const records = event.data.records.map((record, i) => (i === index ? { ...record, ...change } : record));
  return { ...event, data: { ...event.data, records } };
}

/** What the engine does while the view does not exist, it does when it ends before it comes to the view. */
async function withoutRollup(act: () => Promise<void>): Promise<void> {
  await clickhouse.writer.command({ query: 'DETACH TABLE requests_to_minutes' });
  try {
    await act();
  } finally {
    await clickhouse.writer.command({ query: 'ATTACH TABLE requests_to_minutes' });
  }
}
