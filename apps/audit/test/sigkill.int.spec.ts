import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually, freePort, spawnService } from '@gatehouse/testing';
import { requestBatch } from './events.js';
import { leafHashOf, naiveRoot, rootsFromConsistency } from './rfc-verifier.js';
import { LogReader, startSurroundings } from './start-audit.js';
import type { Surroundings } from './start-audit.js';

/** Built by `npm run build`. */
const MAIN = fileURLToPath(new URL('../dist/main.js', import.meta.url));
const EVENTS = 8_000;
const BATCHES = 2_000;
const KILLS = 5;

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
    const env = { ...around.environment, PORT: String(await freePort()) };
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

    const entries = await log.entries();
    const idsFrom = (source: string) =>
      entries.filter((e) => e.source === source).map(({ eventId }) => eventId);
    expect(idsFrom('issuer')).toEqual(around.issuer.events.map(({ id }) => id));
    expect(new Set(idsFrom('gateway')).size).toBe(BATCHES);
    expect(naiveRoot(entries.map(({ event }) => leafHashOf(event)))).toEqual(root);

    const signed = await around.sql(
      'select size::int, root from audit.checkpoints where size > 0 order by size',
    );
    const checkpoints = signed as { size: number; root: Buffer }[];
    for (const [i, older] of checkpoints.slice(0, -1).entries()) {
      const newer = checkpoints[i + 1];
      const proof = await log.consistency(older.size, newer.size);
      const roots = rootsFromConsistency(older.size, newer.size, older.root, proof);
      expect(roots).toEqual({ before: older.root, after: newer.root });
    }
    await service.stop();
  }, 180_000);
});
