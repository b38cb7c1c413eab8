import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually, freePort, spawnService } from '@gatehouse/testing';
import { requestBatch } from './events.js';
import { LogReader, startSurroundings } from './start-audit.js';
import type { Surroundings } from './start-audit.js';
import { expectWholeLog } from './whole-log.js';

/** Built by `npm run build`. */
const MAIN = fileURLToPath(new URL('../dist/main.js', import.meta.url));
const EVENTS = 8_000;
const BATCHES = 2_000;
const KILLS = 20;

let around: Surroundings;
beforeAll(async () => {
  around = await startSurroundings();
});
afterAll(() => around.stop());

/** The same in every run (Lehmer's generator), so that a failure can be had again. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
}

const leavesLogged = async (): Promise<number> => {
  const [row] = await around.sql('select count(*)::int as size from audit.leaves');
  return Number(row.size);
};

async function publishEverything(): Promise<void> {
  for (let step = 0; step < 200; step++) {
    around.issuer.relay(around.nats, around.issuer.commitMany(EVENTS / 200));
    for (let i = 1; i <= BATCHES / 200; i++)
      await around.publishRequests(requestBatch(step * (BATCHES / 200) + i));
  }
}

describe('audit killed in the middle of its work', () => {
  it('loses no leaf, doubles none and never contradicts a checkpoint, after it was killed again and again', async () => {
    const env = { ...around.environment, PORT: String(await freePort()), AUDIT_READER_THREAD: 'on' };
    const service = await spawnService({ entry: MAIN, env });
    const publishing = publishEverything();
    const next = seeded(7);
    for (let kill = 0; kill < KILLS; kill++) {
      const goal = Math.floor(((kill + next()) * (EVENTS + BATCHES)) / KILLS);
      await eventually(async () => expect(await leavesLogged()).toBeGreaterThanOrEqual(goal), {
        timeoutMs: 60_000,
        everyMs: 1,
      });
      await service.kill();
      await service.restart();
    }
    await publishing;
    const log = new LogReader(service.url, around.reader, around.key.verifierKey);
    const { root } = await log.covers(EVENTS + BATCHES, 60_000);

    await expectWholeLog(log, around, { batches: BATCHES, root });
    await service.stop();
  }, 300_000);
});
