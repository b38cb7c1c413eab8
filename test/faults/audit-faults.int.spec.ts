import { cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { applyStreams } from '@gatehouse/nats';
import { eventually, freePort, spawnService, startPostgres } from '@gatehouse/testing';
import type { RunningPostgres, SpawnedService } from '@gatehouse/testing';
import { afterEach, describe, expect, it } from '@jest/globals';
import { requestBatch } from '../../apps/audit/test/events.js';
import { LogReader, startSurroundings } from '../../apps/audit/test/start-audit.js';
import type { Surroundings } from '../../apps/audit/test/start-audit.js';
import { expectWholeLog } from '../../apps/audit/test/whole-log.js';
import { SmallDisk } from './small-disk.js';

/** Built by `npm run build`. */
const MAIN = fileURLToPath(new URL('../../apps/audit/dist/main.js', import.meta.url));
/** Of `request-intake.ts`. */
const ACK_WAIT_MS = 10_000;
const EVENTS = 10_000;

/** Skipped, by that name, where nobody may make a small disk. */
const itAsRoot = SmallDisk.isPossible() ? it : it.skip;

const started: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (let stop = started.pop(); stop; stop = started.pop()) await stop();
});

async function surroundings(databaseUrl?: string): Promise<Surroundings> {
  const around = await startSurroundings(databaseUrl);
  started.push(() => around.stop());
  return around;
}

/** Audit in a process of its own, and a reader of its log. */
async function startAudit(around: Surroundings): Promise<{ service: SpawnedService; log: LogReader }> {
  const env = { ...around.environment, PORT: String(await freePort()), AUDIT_READER_THREAD: 'on' };
  const service = await spawnService({ entry: MAIN, env });
  started.push(() => service.stop());
  return { service, log: new LogReader(service.url, around.reader, around.key.verifierKey) };
}

/** Events as the issuer commits and relays them, `share` of all. */
function issue(around: Surroundings, share: number): void {
  around.issuer.relay(around.nats, around.issuer.commitMany(EVENTS * share));
}

async function publishBatches(around: Surroundings, from: number, to: number): Promise<void> {
  for (let batch = from; batch <= to; batch++) await around.publishRequests(requestBatch(batch));
}

const coversAtLeast = (log: LogReader, size: number) =>
  eventually(async () => expect((await log.checkpoint()).size).toBeGreaterThanOrEqual(size), {
    timeoutMs: 60_000,
  });

describe('audit', () => {
  it('doubles no leaf when it was stopped for longer than JetStream waits for an acknowledgement', async () => {
    const around = await surroundings();
    const { service, log } = await startAudit(around);
    issue(around, 0.5);
    await publishBatches(around, 1, 300);
    await coversAtLeast(log, EVENTS / 4);
    const publishing = publishBatches(around, 301, 1_000);
    process.kill(service.pid, 'SIGSTOP');
    const stoppedAt = performance.now();
    issue(around, 0.5);
    await publishing;
    await eventually(() => expect(performance.now() - stoppedAt).toBeGreaterThan(ACK_WAIT_MS + 1_000), {
      timeoutMs: ACK_WAIT_MS * 2,
    });
    process.kill(service.pid, 'SIGCONT');
    const { root } = await log.covers(EVENTS + 1_000, 60_000);
    await expectWholeLog(log, around, { batches: 1_000, root });
  });

  it('ends with the root of a run without faults when NATS was rolled back and wiped', async () => {
    const around = await surroundings();
    const { server, nats } = around;
    const { log } = await startAudit(around);
    const store = join(server.storeDir, 'jetstream');
    const backup = `${store}.backup`;
    issue(around, 0.25);
    await server.kill();
    await cp(store, backup, { recursive: true });
    await server.restart();
    issue(around, 0.25);
    await server.kill();
    await rm(store, { recursive: true });
    await cp(backup, store, { recursive: true });
    await server.restart();
    issue(around, 0.25);
    await server.kill();
    issue(around, 0.125);
    await rm(store, { recursive: true });
    await server.restart();
    issue(around, 0.125);
    const faulty = await log.covers(EVENTS, 60_000);

    const calm = await surroundings();
    calm.issuer.events.push(...around.issuer.events);
    const undisturbed = await startAudit(calm);
    expect(faulty.root).toEqual((await undisturbed.log.covers(EVENTS, 60_000)).root);

    await eventually(() => applyStreams(nats)); // as every service does that finds its stream gone
    await publishBatches(around, 1, 50);
    await publishBatches(around, 1, 100); // gateways send again what nobody acknowledged
    const { root } = await log.covers(EVENTS + 100, 30_000);
    await expectWholeLog(log, around, { batches: 100, root });
  }, 150_000);

  it('signs nothing while Postgres is down, and loses nothing when it is back', async () => {
    const postgres = await ownPostgres();
    const around = await surroundings(postgres.url);
    const { log } = await startAudit(around);
    issue(around, 0.5);
    await coversAtLeast(log, EVENTS / 8);
    await postgres.kill();
    issue(around, 0.5);
    await eventually(async () => expect((await log.get('/health/ready')).status).toBe(503));
    expect((await log.get('/v1/tlog/checkpoint')).status).toBeGreaterThanOrEqual(500);
    await postgres.restart();
    const { root } = await log.covers(EVENTS, 60_000);
    await expectWholeLog(log, around, { batches: 0, root });
  });

  itAsRoot(
    'signs nothing while the disk is full, and goes on when there is room (needs root, to have a small disk)',
    async () => {
      const disk = await SmallDisk.mount(200);
      started.push(() => disk.unmount());
      const postgres = await ownPostgres(join(disk.folder, 'data'));
      const around = await surroundings(postgres.url);
      const { log } = await startAudit(around);
      issue(around, 0.25);
      const before = await log.covers(EVENTS / 4, 60_000);
      await disk.fill();
      issue(around, 0.75);
      await eventually(async () => expect((await log.get('/health/ready')).status).toBe(503), {
        timeoutMs: 60_000,
      });
      await disk.makeRoom();
      await postgres.restart(); // without room for its journal it ends, as it should
      const { root } = await log.covers(EVENTS, 60_000);
      await expectWholeLog(log, around, { batches: 0, root });
      const signed = await around.sql('select root from audit.checkpoints where size = $1', [before.size]);
      expect(signed).toEqual([{ root: before.root }]);
    },
    180_000,
  );
});

async function ownPostgres(dataDir?: string): Promise<RunningPostgres> {
  const postgres = await startPostgres({ dataDir });
  started.push(() => postgres.stop());
  return postgres;
}
