import { eventually } from '@gatehouse/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { call } from '../../apps/gateway/test/call.js';
import { Ingestion } from '../../apps/gateway/test/ingestion.js';
import { type Stage, setStage } from '../../apps/gateway/test/stage.js';
import { SmallDisk } from './small-disk.js';

/** Skipped, by that name, where nobody may make a small disk. */
const describeAsRoot = SmallDisk.isPossible() ? describe : describe.skip;
const REQUESTS = 100;

describeAsRoot('a gateway whose disk is full', () => {
  let disk: SmallDisk;
  let stage: Stage;
  let ingestion: Ingestion;
  let token: string;
  const served = async () => {
    const statuses: number[] = [];
    for (let i = 0; i < REQUESTS; i++)
      statuses.push((await call(`${stage.gateway.url}/demo/x`, token)).status);
    return statuses.filter((status) => status === 200).length;
  };
  const dropped = async () => {
    const metrics = await (await fetch(`${stage.gateway.adminUrl}/metrics`)).text();
    return Number(/records_dropped_total (\d+)/.exec(metrics)?.[1]);
  };

  beforeAll(async () => {
    disk = await SmallDisk.mount(4);
    stage = await setStage({ env: { SPOOL_DIR: disk.folder } });
    ingestion = new Ingestion(stage.nats);
    token = stage.issuer.issue().token;
  });
  afterAll(async () => {
    await ingestion.stop();
    await stage.stop();
    await disk.unmount();
  });

  it('serves on, counts what it could not write down, and writes again when there is room', async () => {
    expect(await served()).toBe(REQUESTS);
    await eventually(() => expect(ingestion.records).toHaveLength(REQUESTS));
    await disk.fill();
    expect(await served()).toBe(REQUESTS);
    const lost = await dropped();
    expect(lost).toBeGreaterThan(0);
    await disk.makeRoom();
    expect(await served()).toBe(REQUESTS);
    await eventually(() => expect(ingestion.records).toHaveLength(3 * REQUESTS - lost));
    // Whoever counts the records sees that some are missing, and how many.
    const seqs = ingestion.records.map(({ seq }) => seq);
    expect(Math.max(...seqs)).toBe(3 * REQUESTS);
    expect(new Set(seqs).size).toBe(seqs.length);
  });
});
