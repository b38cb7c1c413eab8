import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { RequestLogged } from '@gatehouse/contracts';
import { select } from '../clickhouse/clickhouse.js';
import { ingestionStage, type IngestionStage, PATIENCE_MS } from '../../test/ingestion-stage.js';
import { batchesOf, partsOf, recordsOf } from '../../test/request-events.js';

let stage: IngestionStage;

beforeAll(async () => {
  stage = await ingestionStage();
});
afterEach(() => stage.clear());
afterAll(() => stage.remove());

describe('Ingestion', () => {
  it('takes every record of a group of batches in, once, with one look at all its parts', async () => {
    const batches = batchesOf(recordsOf({ count: 500 }), 50);
    const verdicts = await stage.deliver(stage.started(), batches.flat());
    expect(new Set(verdicts)).toEqual(new Set(['ack']));
    await stage.expectHeld(500);
    expect(stage.announced).toEqual(new Map([['gw-1', 10]]));
  });

  it('takes parts of a batch in any order and moves the watermark when the last one is held', async () => {
    const ingestion = stage.started();
    const parts = partsOf(recordsOf({ count: 30 }), { batch: 1 });
    expect(parts.length).toBe(3);
    await stage.deliver(ingestion, [parts[2]]);
    await stage.deliver(ingestion, [parts[0]]);
    expect(stage.announced.get('gw-1')).toBe(0);
    await stage.deliver(ingestion, [parts[1]]);
    expect(stage.announced.get('gw-1')).toBe(1);
    await stage.expectHeld(30);
  });

  it('acknowledges what comes again, in the same group, in a later one and after a restart, without a second row', async () => {
    const events = batchesOf(recordsOf({ count: 100 }), 25).flat();
    const ingestion = stage.started();
    expect(await stage.deliver(ingestion, [...events, ...events])).not.toContain('retry');
    expect(await stage.deliver(ingestion, events)).toEqual(events.map(() => 'ack'));
    expect(await stage.deliver(stage.started(), events)).toEqual(events.map(() => 'ack'));
    await stage.expectHeld(100);
    expect(stage.announced.get('gw-1')).toBe(4);
  });

  it('leaves a batch for later while the one before it is missing', async () => {
    const [first, second, third, fourth] = batchesOf(recordsOf({ count: 80 }), 20);
    const ingestion = stage.started();
    expect(await stage.deliver(ingestion, [...fourth, ...third, ...first])).toEqual([
      ...[...fourth, ...third].map(() => 'retry'),
      ...first.map(() => 'ack'),
    ]);
    await stage.expectHeld(20);
    await stage.deliver(ingestion, second);
    await stage.expectHeld(80);
    expect(stage.announced.get('gw-1')).toBe(4);
    expect(await stage.deliver(ingestion, third)).not.toContain('retry');
    await stage.expectHeld(80);
  });

  it('lets early batches go once the one before them must have been lost, and takes them when they are sent again', async () => {
    const [first, second, third] = batchesOf(recordsOf({ count: 60 }), 20);
    const ingestion = stage.started();
    expect(await stage.deliver(ingestion, third)).toContain('retry');
    stage.pass(PATIENCE_MS + 1);
    expect(await stage.deliver(ingestion, [...second, ...third])).not.toContain('retry');
    await stage.expectHeld(0);
    await stage.deliver(stage.started(), [...first, ...second, ...third]);
    await stage.expectHeld(60);
  });

  it('keeps whose a request was and what became of it, also of gateways that do not say', async () => {
    const [plain, told] = recordsOf({ count: 2 }).map((record) => ({ ...record, tenant: 'acme' }));
    const whose = { secretId: 's', applicationId: 'a', userId: 'u', identityId: 'i', plan: 'gold' };
    const became = { asn: 64_496, cache: 'hit', limit: 'token-60s', waitedMs: 12.5 } as const;
    const findings = ['sqli'];
    await stage.deliver(
      stage.started(),
      partsOf([plain, { ...told, ...whose, ...became, findings }], { batch: 1 }),
    );
    const rows = await select(
      stage.clickhouse.reader,
      'SELECT secret, application, user, identity, plan, asn, cache, limited_by, waited_ms, findings FROM requests ORDER BY seq',
    );
    expect(rows.map((row) => Object.values(row as object))).toEqual([
      ['', '', '', '', '', 0, '', '', 0, []],
      ['s', 'a', 'u', 'i', 'gold', 64_496, 'hit', 'token-60s', 12.5, findings],
    ]);
  });

  it('keeps gateways apart', async () => {
    const events = ['gw-1', 'gw-2', 'gw-3'].flatMap((gateway) =>
      batchesOf(recordsOf({ count: 40 }), 10, { gateway }).flat(),
    );
    const verdicts = await stage.deliver(stage.started(), events.toReversed());
    expect(new Set(verdicts)).toEqual(new Set(['ack']));
    await stage.expectHeld(120);
  });

  it('counts as lost what a gateway no longer holds, and takes it no more', async () => {
    const records = recordsOf({ count: 100 });
    const ingestion = stage.started();
    await stage.deliver(ingestion, partsOf(records.slice(0, 10), { batch: 1 }));
    const late = partsOf(records.slice(10, 40), { batch: 2 });
    await stage.deliver(ingestion, partsOf(records.slice(40), { batch: 3, oldest: 3 }));
    expect(await stage.deliver(ingestion, late)).toEqual(late.map(() => 'ack'));
    await stage.expectHeld(70);
    expect(await stage.clickhouse.number('SELECT sum(gap) FROM request_batches')).toBe(30);
  });

  it('buries what it cannot read and lets the rest flow', async () => {
    const good = batchesOf(recordsOf({ count: 40 }), 20).flat();
    const verdicts = await stage.deliver(stage.started(), [
      undefined,
      { type: 'request.logged.v1' },
      ...good,
    ]);
    expect(verdicts).toEqual(['poison', 'poison', ...good.map(() => 'ack')]);
    await stage.expectHeld(40);
    expect(await stage.clickhouse.number('SELECT count() FROM dead_letters FINAL')).toBe(2);
  });

  it('takes the good records of an event with a bad one, and buries the event', async () => {
    const [event] = partsOf(
      recordsOf({ count: 10 }).map((record) => ({ ...record, tenant: 'acme' })),
      { batch: 1 },
    );
    const bad = withRecord(event, 3, { country: 'Atlantis' });
    expect(await stage.deliver(stage.started(), [bad])).toEqual(['poison']);
    await stage.expectHeld(9);
    expect(stage.announced.get('gw-1')).toBe(1);
    expect(await stage.clickhouse.number('SELECT count() FROM dead_letters FINAL')).toBe(1);
  });
});

function withRecord(event: RequestLogged, index: number, change: object): RequestLogged {
  const records = event.data.records.map((record, i) => (i === index ? { ...record, ...change } : record));
  return { ...event, data: { ...event.data, records } };
}
