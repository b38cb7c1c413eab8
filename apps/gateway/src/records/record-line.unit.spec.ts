import { parseEvent, RequestRecord } from '@gatehouse/contracts';
import { describe, expect, it } from '@jest/globals';
import { batchEvents } from './batch-events.js';
import type { EndedExchange } from './ended-exchange.js';
import { recordLine } from './record-line.js';

const exchange = (change: Partial<EndedExchange> = {}): EndedExchange => ({
  requestId: 'req_1',
  trace: { traceId: 'a'.repeat(32), span: undefined },
  method: 'GET',
  target: '/demo/x?token=secret',
  scheme: 'http',
  httpVersion: '1.1',
  head: { userAgent: 'spec', referrer: '' },
  route: { id: 'demo', path: '/demo/*', tenant: 'default', steps: [], stepsBeforeIdentity: 0 },
  requirement: undefined,
  holder: { tokenId: 'tok_1', tenant: 'default' },
  refusedBy: '',
  findings: [],
  viewAgeMs: 0,
  clientAddress: '192.0.2.1',
  status: 200,
  outcome: 'served',
  code: '',
  requestBytes: 1,
  responseBytes: 2,
  startedAt: 10,
  dispatchedAt: 11,
  upstreamMs: 1.23456,
  cache: '',
  limit: '',
  waitedMs: 0,
  credits: 0,
  ...change,
});
const lineOf = (seq: number, change: Partial<EndedExchange> = {}) =>
  recordLine(exchange(change), {
    seq,
    at: '2026-01-01T00:00:00.000Z',
    origin: { country: 'DE', asn: 64_496 },
    endedAt: 15.5,
  });
const parsed = (change: Partial<EndedExchange>) => RequestRecord.parse(JSON.parse(lineOf(1, change)));

describe('recordLine', () => {
  it('is one RequestRecord, whatever the client sent', () => {
    const nasty = 'a"b\\c\u0001\té\u00ff</script>\u2028';
    const record = parsed({
      head: { userAgent: nasty, referrer: nasty },
      method: nasty,
      target: `/${nasty}`,
    });
    expect(record).toMatchObject({ userAgent: nasty, referrer: nasty, method: nasty, path: `/${nasty}` });
    expect(lineOf(1, { target: `/${nasty}` })).not.toContain('\n');
  });

  it('cuts what is too long to the lengths of the contract', () => {
    const long = 'x'.repeat(5_000);
    const record = parsed({
      head: { userAgent: long, referrer: long },
      method: long,
      target: long,
      clientAddress: long,
    });
    expect(
      [record.userAgent, record.referrer, record.method, record.path].map((text) => text.length),
    ).toEqual([256, 512, 32, 1024]);
  });

  it('keeps the names of a query and none of its values', () => {
    expect(parsed({}).path).toBe('/demo/x?token=');
  });

  it('says what is not known with empty strings', () => {
    expect(parsed({ route: undefined, holder: undefined })).toMatchObject({
      route: '',
      tokenId: '',
      tenant: 'default',
    });
  });

  it('names the secret that was presented and the scopes that were asked for', () => {
    const scopes = ['a:b', 'quote:\u0027'];
    const holder = { tokenId: 'tok_1', tenant: 'default', secretId: 'sec_1' };
    const requirement = { scopes, scopesJson: JSON.stringify(scopes) };
    expect(parsed({ holder, requirement })).toMatchObject({ secretId: 'sec_1', scopes });
    const bare = parsed({
      holder: { ...holder, secretId: '' },
      requirement: { scopes: [], scopesJson: '[]' },
    });
    expect(bare).not.toHaveProperty('secretId');
    expect(bare).not.toHaveProperty('scopes');
  });

  it('names whoever it is for where that is known', () => {
    const known = { applicationId: 'app_1', userId: 'ada "x"', identityId: 'idn_1', plan: 'gold' };
    const holder = { tokenId: 'tok_1', tenant: 'default', ...known };
    expect(parsed({ holder })).toMatchObject(known);
    expect(parsed({ holder: { ...holder, userId: '' } })).not.toHaveProperty('userId');
  });

  it('says where the address belongs, and what cache, limits and credits made of the request', () => {
    const made = { cache: 'hit', limit: 'token-60s', waitedMs: 12.5, credits: 3 } as const;
    expect(parsed(made)).toMatchObject({ country: 'DE', asn: 64_496, ...made });
    for (const name of ['cache', 'limit', 'waitedMs', 'credits']) expect(parsed({})).not.toHaveProperty(name);
  });

  it('measures to the microsecond', () => {
    expect(parsed({})).toMatchObject({ latencyMs: 5.5, upstreamMs: 1.235 });
  });
});

describe('batchEvents', () => {
  const marker = { batch: 7, from: 1, to: 4, tenants: ['acme', 'default'], at: '2026-01-01T00:00:01.000Z' };
  const acme = { route: { id: 'a', path: '/a/*', tenant: 'acme', steps: [], stepsBeforeIdentity: 0 } };
  const lines = Buffer.from([lineOf(1), lineOf(2, acme), lineOf(3, acme), lineOf(4)].join('\n'));

  it('makes one valid event for each tenant, with that tenant’s records', () => {
    const events = batchEvents('gw-1', { marker, lines }, 3);
    expect(events.map(({ id, subject }) => [id, subject])).toEqual([
      ['gw-1-7-1', 'requests.logged.acme'],
      ['gw-1-7-2', 'requests.logged.default'],
    ]);
    const [first, second] = events.map(({ json }) => parseEvent(JSON.parse(json.toString())));
    expect(first).toMatchObject({
      data: { batch: 7, part: 1, parts: 2, from: 1, to: 4, oldest: 3, records: [{ seq: 2 }, { seq: 3 }] },
    });
    expect(second).toMatchObject({ data: { part: 2, records: [{ seq: 1 }, { seq: 4 }] } });
  });

  it('takes all of them where they are one tenant’s', () => {
    const own = Buffer.from([lineOf(2, acme), lineOf(3, acme)].join('\n'));
    const [event] = batchEvents('gw-1', { marker: { ...marker, tenants: ['acme'] }, lines: own }, 3);
    expect(parseEvent(JSON.parse(event.json.toString()))).toMatchObject({
      data: { part: 1, parts: 1, records: [{ seq: 2 }, { seq: 3 }] },
    });
  });

  it('makes the same bytes every time', () => {
    const [first, again] = [1, 2].map(() => batchEvents('gw-1', { marker, lines }, 3));
    expect(again).toEqual(first);
  });
});
