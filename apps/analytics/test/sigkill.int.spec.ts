import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { BatchesIngested } from '@gatehouse/contracts';
import { connectNats, EventPublisher, onSignal } from '@gatehouse/messaging';
import { applyStreams } from '@gatehouse/nats';
import { eventually, freePort, type RunningNats, spawnService, startNats } from '@gatehouse/testing';
import { openClickHouse, select } from '../src/clickhouse/clickhouse.js';
import { batchesOf, random, recordsOf } from './request-events.js';

/** Built by `npm run build`. */
const MAIN = fileURLToPath(new URL('../dist/main.js', import.meta.url));
const GATEWAYS = ['gw-a', 'gw-b', 'gw-c'];
const RECORDS = 6_000;
const BATCH = 50;
const KILLS = 6;

let server: RunningNats;
let path: string;
beforeAll(async () => {
  server = await startNats();
  path = await mkdtemp(join(tmpdir(), 'gatehouse-sigkill-'));
});
afterAll(async () => {
  await server.stop();
  await rm(path, { recursive: true, force: true });
});

describe('analytics killed in the middle of ingestion', () => {
  it('holds every record once, in the rows and in the rollup, after it was killed again and again', async () => {
    const nats = await connectNats({ url: server.url, name: 'gateway' });
    await applyStreams(nats);
    const publisher = new EventPublisher(nats);
    const watermarks = new Map<string, number>();
    onSignal(nats, BatchesIngested, ({ gateway, batch }) => {
      expect(batch).toBeGreaterThanOrEqual(watermarks.get(gateway) ?? 0);
      watermarks.set(gateway, batch);
    });
    const service = await spawnService({ entry: MAIN, env: await environment() });

    const last = RECORDS / BATCH;
    const events = GATEWAYS.flatMap((gateway) =>
      batchesOf(recordsOf({ count: RECORDS, seed: 11 }), BATCH, { gateway }),
    ).toSorted((a, b) => a[0].data.batch - b[0].data.batch);
    const publishing = publishAll(publisher, events.flat());
    const next = random(5);
    for (let kill = 0; kill < KILLS; kill++) {
      const goal = Math.min(last - 1, Math.floor(((kill + next()) * last) / KILLS));
      await eventually(() => expect(watermarks.get('gw-a') ?? 0).toBeGreaterThanOrEqual(goal), {
        timeoutMs: 60_000,
        everyMs: 1,
      });
      await service.kill();
      await service.restart();
    }
    await publishing;
    await eventually(() => expect(watermarks).toEqual(new Map(GATEWAYS.map((gateway) => [gateway, last]))), {
      timeoutMs: 60_000,
    });
    await service.stop();
    await nats.close();

    const clickhouse = await openClickHouse({ path });
    const [counts] = await select(
      clickhouse.reader,
      `SELECT count() AS rows, uniqExact(gateway, seq) AS distinct,
         (SELECT sum(calls) FROM requests_by_minute) AS calls,
         sum(response_bytes) = (SELECT sum(response_bytes) FROM requests_by_minute) AS bytes_agree,
         (SELECT sum(count) FROM request_batches FINAL) AS noted
       FROM requests`,
    );
    await clickhouse.close();
    const all = GATEWAYS.length * RECORDS;
    expect(counts).toEqual({ rows: all, distinct: all, calls: all, bytes_agree: 1, noted: all });
  }, 180_000);
});

async function environment(): Promise<Record<string, string>> {
  return {
    PORT: String(await freePort()),
    NATS_URL: server.url,
    CHDB_PATH: path,
    ISSUER_URL: 'http://127.0.0.1:9', // nobody asks anything here
    SERVICE_TOKEN: 'none',
    ACK_WAIT_SECONDS: '2',
    LOG_LEVEL: 'warn',
  };
}

/** Every tenth event twice, as a gateway does whose batch was not announced in time. */
async function publishAll(publisher: EventPublisher, events: Parameters<EventPublisher['publish']>[0][]) {
  for (const [i, event] of events.entries()) {
    await publisher.publish(event);
    if (i % 10 === 0) await publisher.publish(event, { msgId: `${event.id}-again` });
  }
}
