import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { PoisonList, PoisonView } from '@gatehouse/contracts';
import { eventually } from '@gatehouse/testing';
import { requestBatch } from '../../test/events.js';
import { LogReader, startSurroundings } from '../../test/start-audit.js';
import type { Surroundings } from '../../test/start-audit.js';

const REASON = 'written by a build that was withdrawn';

let around: Surroundings;
let log: LogReader;
let operator: string;

beforeEach(async () => {
  around = await startSurroundings();
  operator = around.issuer.admit(['audit:read', 'audit:write']);
});

afterEach(() => around.stop());

const start = async (): Promise<void> => {
  log = LogReader.of(await around.audit(), around);
};

const halted = (part: string): Promise<void> =>
  eventually(async () => {
    expect(await log.text('/metrics')).toContain(`gatehouse_audit_halted{part="${part}"} 1`);
  });

async function poison(): Promise<PoisonView> {
  const { items } = await log.json<PoisonList>('/v1/quarantine');
  expect(items).toHaveLength(1);
  return items[0];
}

const decide = (body: object, token = operator): Promise<Response> =>
  fetch(`${log.url}/v1/quarantine`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

const eventIds = async (): Promise<string[]> => (await log.entries()).map(({ eventId }) => eventId);

describe('an event of the issuer that can never be logged', () => {
  it.each<[string, object]>([
    ['has no canonical form', { actor: 'half a pair: \ud83d' }],
    ['has no envelope', { subject: undefined }],
    ['is too large for a bundle', { data: { note: 'x'.repeat(65_536) } }],
  ])('and %s halts its stream, not the events before it, until somebody decides', async (_, change) => {
    const { issuer } = around;
    const good = issuer.commitMany(3);
    const bad = issuer.commit(change);
    const later = issuer.commitMany(2);
    await start();
    await log.covers(3);
    await halted('issuer');
    expect(await eventIds()).toEqual(good.map(({ id }) => id));
    const found = await poison();
    expect(found).toMatchObject({ stream: 'issuer', position: bad.position, eventId: bad.id });
    expect(await (await log.get('/health/ready')).text()).toContain(found.sha256);
    expect((await decide({ stream: 'issuer', sha256: found.sha256, reason: REASON })).status).toBe(200);
    await log.covers(6);
    const entries = await log.entries();
    expect(entries.map(({ eventId }) => eventId)).toEqual([
      ...good.map(({ id }) => id),
      entries[3].eventId,
      ...later.map(({ id }) => id),
    ]);
    expect(entries[3]).toMatchObject({
      type: 'audit.event-quarantined.v1',
      source: 'audit',
      event: { data: { ...found, reason: REASON } },
    });
    expect(await log.json('/v1/quarantine')).toEqual({ items: [] });
    expect((await log.get('/health/ready')).status).toBe(200);
  });

  it('because its id was logged with other content is left out as well, and stays so after a restart', async () => {
    const { issuer } = around;
    const [original] = issuer.commitMany(2);
    const service = await around.audit();
    log = LogReader.of(service, around);
    await log.covers(2);
    issuer.commit({ id: original.id });
    await halted('issuer');
    const { sha256, rule } = await poison();
    expect(rule).toContain('was logged before with other content');
    expect((await decide({ stream: 'issuer', sha256, reason: REASON })).status).toBe(200);
    await log.covers(3);
    await service.stop();
    issuer.commitMany(2);
    await start();
    await log.covers(5);
    expect((await log.entries())[0].event).toEqual(original);
  });
});

describe('a request batch that can never be logged', () => {
  it('halts its stream until somebody decides, and the batches after it follow', async () => {
    await start();
    await around.publishRequests(requestBatch(1));
    await log.covers(1);
    await around.publishRequests({ nonsense: true });
    await around.publishRequests(requestBatch(2));
    await halted('requests');
    const found = await poison();
    expect(found).toMatchObject({ stream: 'requests', position: '2', eventId: null });
    expect((await decide({ stream: 'requests', sha256: found.sha256, reason: REASON })).status).toBe(200);
    await log.covers(3);
    expect(await eventIds()).toEqual([
      'gw_a-1-1',
      expect.stringMatching(/^quarantine-requests-2-/),
      'gw_a-2-1',
    ]);
    expect((await log.get('/health/ready')).status).toBe(200);
  });
});

describe('the decision', () => {
  it('is only taken on what was looked at, by the operator, with a reason', async () => {
    around.issuer.commit({ subject: undefined });
    await start();
    await halted('issuer');
    const { sha256 } = await poison();
    const body = { stream: 'issuer', sha256, reason: REASON };
    const other = await decide({ ...body, sha256: '0'.repeat(64) });
    expect([other.status, await other.json()]).toMatchObject([409, { code: 'conflict' }]);
    expect((await decide({ ...body, stream: 'requests' })).status).toBe(409);
    const nameless = await decide({ ...body, reason: ' ' });
    expect(await nameless.json()).toMatchObject({
      code: 'body-invalid',
      detail: expect.stringContaining('reason'),
    });
    const tenant = around.issuer.admit(['audit:write', 'audit:read'], 'acme');
    expect((await decide(body, tenant)).status).toBe(403);
    expect((await new LogReader(log.url, tenant, '').get('/v1/quarantine')).status).toBe(404);
    expect((await decide(body, around.reader)).status).toBe(403);
    expect(await poison()).toMatchObject({ sha256 });
  });
});
