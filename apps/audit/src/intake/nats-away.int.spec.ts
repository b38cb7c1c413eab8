import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { applyStreams } from '@gatehouse/nats';
import { eventually } from '@gatehouse/testing';
import { requestBatch } from '../../test/events.js';
import { LogReader, startSurroundings } from '../../test/start-audit.js';
import type { Surroundings } from '../../test/start-audit.js';

let around: Surroundings;

beforeEach(async () => {
  around = await startSurroundings();
});

afterEach(() => around.stop());

const republish = async (batches: number) => {
  for (let batch = 1; batch <= batches; batch++) await around.publishRequests(requestBatch(batch));
};

describe('while NATS is away', () => {
  it('the issuer’s events are logged from its feed, and after a wiped store nothing is lost or doubled', async () => {
    const { issuer, server } = around;
    const log = LogReader.of(await around.audit(), around);
    issuer.commitMany(5);
    await republish(3);
    await log.covers(8);
    await server.kill();
    issuer.commitMany(700);
    await log.covers(708);
    await rm(join(server.storeDir, 'jetstream'), { recursive: true });
    await server.restart();
    await eventually(() => applyStreams(around.nats)); // as any service does that finds its stream gone
    await republish(5); // gateways send again what analytics has not acknowledged
    issuer.relay(around.nats, issuer.commitMany(2));
    await log.covers(712);
    const ids = (await log.entries()).map(({ eventId }) => eventId);
    const expected = [
      ...issuer.events.map(({ id }) => id),
      ...[1, 2, 3, 4, 5].map((n) => requestBatch(n).id),
    ];
    expect(ids.toSorted()).toEqual(expected.toSorted());
    expect((await log.get('/health/ready')).status).toBe(200);
  });
});
