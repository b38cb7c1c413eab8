import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { GatewayConfigChanged } from '@gatehouse/contracts';
import { newEventId } from '@gatehouse/kernel';
import { eventually } from '@gatehouse/testing';
import { requestBatch } from '../../test/events.js';
import { canonical, leafHashOf, rootFromInclusion } from '../../test/rfc-verifier.js';
import { LogReader, startSurroundings } from '../../test/start-audit.js';
import type { Surroundings } from '../../test/start-audit.js';

const NOTHING = { names: [], more: 0 };
const CONFIG_CHANGED: GatewayConfigChanged = {
  specversion: '1.0',
  id: newEventId(),
  type: 'gateway.config-changed.v1',
  source: 'gateway',
  subject: 'edge-1',
  time: '2026-07-01T08:00:00.000Z',
  datacontenttype: 'application/json',
  tenant: 'default',
  actor: 'token:tok_7',
  data: {
    gateway: 'edge-1',
    before: null,
    after: 'a'.repeat(64),
    routes: { added: { names: ['demo'], more: 0 }, removed: NOTHING, changed: NOTHING },
    settings: [],
  },
};

let around: Surroundings;

beforeEach(async () => {
  around = await startSurroundings();
});

afterEach(() => around.stop());

const halted = (log: LogReader) =>
  eventually(async () =>
    expect(await log.text('/metrics')).toContain('gatehouse_audit_halted{part="requests"} 1'),
  );

describe('batches of request records', () => {
  it('are one leaf each, however often they are published, with a digest in the place of the records', async () => {
    const log = LogReader.of(await around.audit(), around);
    const batches = Array.from({ length: 120 }, (_, i) => requestBatch(i + 1));
    for (const [i, batch] of batches.entries()) {
      await around.publishRequests(batch, `${batch.id}-1`);
      // As a gateway does while analytics is away: the same batch again, by now with a newer `oldest`.
      if (i % 3 === 0)
        await around.publishRequests(
          { ...batch, data: { ...batch.data, oldest: batch.data.batch } },
          `${batch.id}-2`,
        );
    }
    const { size, root } = await log.covers(120);
    const entries = await log.entries('&type=RequestLogged');
    expect(entries.map(({ eventId }) => eventId)).toEqual(batches.map(({ id }) => id));
    const [first] = entries;
    const { records, ...rest } = batches[0].data;
    const sha256 = createHash('sha256').update(canonical(records)).digest('base64');
    const logged = { ...batches[0], data: { ...rest, records: { count: 2, sha256 } } };
    expect(first.event).toEqual(logged);
    expect(JSON.stringify(entries)).not.toContain('192.0.2.7');
    const { proof } = await log.inclusion(0, size);
    expect(rootFromInclusion(0, size, leafHashOf(logged), proof)).toEqual(root);
  });

  it('that were not acknowledged before a restart are neither lost nor logged twice', async () => {
    const first = await around.audit();
    await around.publishRequests(requestBatch(1));
    await LogReader.of(first, around).covers(1);
    await first.stop();
    await around.publishRequests(requestBatch(2));
    await around.publishRequests(requestBatch(1), 'again');
    const log = LogReader.of(await around.audit(), around);
    await log.covers(2);
    await around.publishRequests(requestBatch(3));
    await log.covers(3);
    expect((await log.entries()).map(({ eventId }) => eventId)).toEqual(
      [1, 2, 3].map((batch) => requestBatch(batch).id),
    );
  });

  it('halt at poison, with an alarm, while the issuer’s events go on; a restart halts again', async () => {
    const { issuer } = around;
    const poison = { ...requestBatch(2), tenant: 'Not A Tenant' };
    const first = await around.audit();
    const log = LogReader.of(first, around);
    await around.publishRequests(requestBatch(1));
    await log.covers(1);
    await around.publishRequests(poison);
    await halted(log);
    await around.publishRequests(requestBatch(3));
    issuer.relay(around.nats, issuer.commitMany(2));
    await log.covers(3);
    const ready = await log.get('/health/ready');
    expect(await ready.text()).toContain(`event ${poison.id}: tenant`);
    expect(await log.entries(`&eventId=${requestBatch(3).id}`)).toEqual([]);
    await first.stop();
    const again = LogReader.of(await around.audit(), around);
    await halted(again);
    expect(await again.entries(`&eventId=${poison.id}`)).toEqual([]);
  });

  it('share their order with changes of a gateway’s configuration, which are logged as they are', async () => {
    const log = LogReader.of(await around.audit(), around);
    await around.publishRequests(requestBatch(1));
    for (let again = 0; again < 2; again++) await around.publishConfigChange(CONFIG_CHANGED);
    await around.publishRequests(requestBatch(2));
    await log.covers(3);
    const [entry, ...others] = await log.entries('&type=GatewayConfigChanged');
    expect(entry).toMatchObject({ index: 1, actor: 'token:tok_7', event: CONFIG_CHANGED });
    expect(others).toEqual([]);
  });

  it('cannot take an event id of the issuer’s', async () => {
    const { issuer } = around;
    const log = LogReader.of(await around.audit(), around);
    const event = issuer.commit();
    await around.publishRequests(requestBatch(1, { id: event.id, source: 'issuer' }));
    await log.covers(2);
    const types = (await log.entries(`&eventId=${event.id}`)).map(({ type }) => type);
    expect(types.toSorted()).toEqual(['request.logged.v1', 'token.issued.v1']);
  });
});
