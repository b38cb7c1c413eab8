import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { BatchesIngested, UsageAnswer } from '@gatehouse/contracts';
import { onSignal } from '@gatehouse/messaging';
import { eventually } from '@gatehouse/testing';
import { batchesOf, partsOf, random, recordsOf } from './request-events.js';
import { startAnalytics } from './start-analytics.js';

let analytics: Awaited<ReturnType<typeof startAnalytics>>;

beforeAll(async () => {
  analytics = await startAnalytics();
});
afterAll(() => analytics.stop());

const heldOf = (gateway: string) => analytics.heldOf(gateway);
const rowsOf = (gateway: string) =>
  analytics.clickhouse.number(`SELECT count() FROM requests WHERE gateway = '${gateway}'`);

describe('RequestLogged over JetStream', () => {
  it('is counted once, published any number of times and out of order', async () => {
    const batches = batchesOf(recordsOf({ count: 2_000 }), 100, { gateway: 'gw-shuffled' });
    const next = random(3);
    const events = [...batches, ...batches, ...batches]
      .flat()
      .map((event, i) => ({ event, order: i + next() * 40 }))
      .toSorted((a, b) => a.order - b.order)
      .map(({ event }) => event);
    await analytics.publish(events);
    await analytics.ingested('gw-shuffled', batches.length);
    expect(await heldOf('gw-shuffled')).toEqual({
      gateway: 'gw-shuffled',
      batch: 20,
      records: 2_000,
      missing: 0,
    });
    expect(await rowsOf('gw-shuffled')).toBe(2_000);
  });

  it('announces how far each gateway is held, after an insert and then again and again', async () => {
    const heard: BatchesIngested[] = [];
    const subscription = onSignal(
      analytics.peer,
      BatchesIngested,
      (signal) => heard.push(signal),
      'gw-heard',
    );
    await analytics.peer.flush();
    await analytics.publish(batchesOf(recordsOf({ count: 30 }), 10, { gateway: 'gw-heard' }).flat());
    await eventually(() => expect(heard.at(-1)).toEqual({ gateway: 'gw-heard', batch: 3 }));
    const after = heard.length;
    await eventually(() => expect(heard.length).toBeGreaterThan(after + 1));
    expect(heard.at(-1)).toEqual({ gateway: 'gw-heard', batch: 3 });
    subscription.unsubscribe();
  });

  it('shows lost batches and lost records as missing, in the window in which they were lost', async () => {
    const startAt = new Date(Date.now() - 40 * 60_000);
    const records = recordsOf({ count: 400, startAt, stepMs: 3_000 });
    const gateway = 'gw-lossy';
    const third = records.slice(200, 300).filter(({ seq }) => seq % 10 !== 5);
    await analytics.publish([
      ...partsOf(records.slice(0, 100), { gateway, batch: 1 }),
      ...partsOf(third, { gateway, batch: 3, oldest: 3 }),
      ...partsOf(records.slice(300), { gateway, batch: 4, oldest: 3 }),
    ]);
    await analytics.ingested(gateway, 4);
    expect(await heldOf(gateway)).toEqual({ gateway, batch: 4, records: 290, missing: 110 });
    const missingFrom = async (from: string, to: string) =>
      UsageAnswer.parse((await analytics.get(`/v1/usage?from=${from}&to=${to}`)).body).missing;
    const [first, lost, last] = [records[0].at, records[200].at, records[300].at];
    expect(await missingFrom(first, lost)).toBe(0);
    expect(await missingFrom(lost, last)).toBe(110);
    expect(await missingFrom(last, new Date().toISOString())).toBe(0);
  });

  it('does not call the parts of a batch lost that are still on their way', async () => {
    const gateway = 'gw-parts';
    const parts = partsOf(recordsOf({ count: 30 }), { gateway, batch: 1 });
    await analytics.publish(parts.slice(1));
    await eventually(async () => expect((await heldOf(gateway))?.records).toBeGreaterThan(0));
    await eventually(async () => expect(await heldOf(gateway)).toMatchObject({ batch: 0, missing: 0 }));
    await analytics.publish(parts.slice(0, 1));
    await analytics.ingested(gateway, 1);
    expect(await heldOf(gateway)).toMatchObject({ records: 30, missing: 0 });
  });

  it('keeps a message that is no event, says so in the metrics, and goes on', async () => {
    analytics.peer.publish('requests.logged.default', 'not JSON');
    analytics.peer.publish('requests.logged.default', '{"type":"request.logged.v1"}');
    await analytics.publish(batchesOf(recordsOf({ count: 20 }), 10, { gateway: 'gw-after-poison' }).flat());
    await analytics.ingested('gw-after-poison', 2);
    expect(await analytics.clickhouse.number('SELECT count() FROM dead_letters FINAL')).toBe(2);
    const { body } = await analytics.get('/metrics', 'nobody');
    expect(body).toContain('gatehouse_analytics_dead_letters_total 2');
    expect(body).toMatch(/gatehouse_analytics_rows_inserted_total \d{4}/);
  });

  it('goes on with a broker that lost everything it had', async () => {
    const batches = batchesOf(recordsOf({ count: 600 }), 100, { gateway: 'gw-wiped' });
    await analytics.publish(batches.slice(0, 3).flat());
    await analytics.ingested('gw-wiped', 3);
    await analytics.server.kill();
    await rm(join(analytics.server.storeDir, 'jetstream'), { recursive: true });
    await analytics.server.restart();
    await eventually(() => analytics.publish(batches.flat()));
    await analytics.ingested('gw-wiped', 6);
    expect(await heldOf('gw-wiped')).toMatchObject({ records: 600, missing: 0 });
    expect(await rowsOf('gw-wiped')).toBe(600);
  });

  it('is ready while ClickHouse and NATS answer', async () => {
    expect(await analytics.get('/health/ready', 'nobody')).toEqual({
      status: 200,
      body: { status: 'ok', checks: { clickhouse: 'ok', nats: 'ok' } },
    });
  });
});
