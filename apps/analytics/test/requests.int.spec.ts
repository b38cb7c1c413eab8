import {
  type RecordedRequest,
  RequestsAnswer,
  type RequestRecord,
  routePrefixOf,
} from '@gatehouse/contracts';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { batchesOf, recordsOf } from './request-events.js';
import { startAnalytics } from './start-analytics.js';

const HOUR = 3_600_000;
const API = `api_${'a'.repeat(32)}`;

let analytics: Awaited<ReturnType<typeof startAnalytics>>;
let records: RequestRecord[];
/** On the two routes of a published API. */
let ofApi: RequestRecord[];
let start: number;
let end: number;

beforeAll(async () => {
  analytics = await startAnalytics();
  start = Date.now() - 3 * HOUR;
  end = Date.now() - HOUR;
  // Latencies differ by seconds, so that requests did not come in the order in which they ended.
  records = recordsOf({ count: 600, startAt: new Date(start + HOUR / 2), stepMs: 100, seed: 5 });
  ofApi = records.slice(100, 150);
  for (const [i, record] of ofApi.entries()) record.route = `${routePrefixOf(API)}${1 + (i % 2)}`;
  const batches = batchesOf(records, 100);
  await analytics.publish(batches.flat());
  await analytics.ingested('gw-1', batches.length);
});
afterAll(() => analytics.stop());

type Query = Record<string, string | number>;
const pathOf = (query: Query) => {
  const asked = new URLSearchParams({ from: new Date(start).toISOString(), to: new Date(end).toISOString() });
  for (const [name, value] of Object.entries(query)) asked.set(name, String(value));
  return `/v1/requests?${asked.toString()}`;
};

async function pageOf(query: Query, caller?: 'acme'): Promise<RequestsAnswer> {
  const { status, body } = await analytics.get(pathOf(query), caller);
  expect({ status, body }).toMatchObject({ status: 200 });
  return RequestsAnswer.parse(body);
}

async function all(query: Query = {}, caller?: 'acme'): Promise<RecordedRequest[]> {
  const items: RecordedRequest[] = [];
  for (let cursor: string | null = ''; cursor !== null; ) {
    const page: RequestsAnswer = await pageOf(cursor === '' ? query : { ...query, cursor }, caller);
    items.push(...page.items);
    cursor = page.nextCursor;
  }
  return items;
}

const arrivalOf = ({ at, latencyMs }: Pick<RequestRecord, 'at' | 'latencyMs'>) =>
  Date.parse(at) - Math.round(latencyMs);
/** As they came; numbers decide where two came at once. */
const inOrder = (some: readonly RequestRecord[]) =>
  some.toSorted((a, b) => arrivalOf(a) - arrivalOf(b) || a.seq - b.seq).map(({ requestId }) => requestId);
const idsOf = (requests: readonly RecordedRequest[]) => requests.map(({ requestId }) => requestId);

describe('GET /v1/requests', () => {
  it('answers every request once in the order they came, whatever the length of a page', async () => {
    for (const limit of [7, 100, 600, 5_000]) expect(idsOf(await all({ limit }))).toEqual(inOrder(records));
  });

  it('answers them as they were recorded', async () => {
    const [first] = await all({ last: 600 });
    const record = records.find(({ requestId }) => requestId === first?.requestId);
    const { arrivedAt, latencyMs, ...rest } = first;
    expect(record).toMatchObject({ ...rest, latencyMs: expect.closeTo(latencyMs, 1) });
    expect(Date.parse(arrivedAt)).toBe(arrivalOf(record!));
  });

  it('answers the latest of them, of a route, of a token', async () => {
    expect(idsOf(await all({ last: 50, limit: 20 }))).toEqual(inOrder(records).slice(-50));
    const { route, tokenId } = records[42];
    const own = records.filter((record) => record.route === route && record.tokenId === tokenId);
    expect(idsOf(await all({ route, token: tokenId }))).toEqual(inOrder(own));
    expect(idsOf(await all({ api: API, limit: 20 }))).toEqual(inOrder(ofApi));
    expect(await all({ api: `api_${'b'.repeat(32)}` })).toEqual([]);
  });

  it('shows nobody the requests of another tenant', async () => {
    const ofAcme = records.filter(({ tenant }) => tenant === 'acme');
    expect(idsOf(await all({ limit: 50 }, 'acme'))).toEqual(inOrder(ofAcme));
    const { nextCursor } = await pageOf({ limit: 10 });
    const { items } = await pageOf({ cursor: nextCursor! }, 'acme');
    expect(new Set(items.map(({ tenant }) => tenant))).toEqual(new Set(['acme']));
  });

  it('refuses who lacks the permission, and what it does not understand', async () => {
    expect(await analytics.get(pathOf({}), 'stranger')).toMatchObject({
      status: 403,
      body: { code: 'scope-insufficient' },
    });
    const empty = { from: new Date(end).toISOString() };
    const queries: Query[] = [{ cursor: '1~g' }, { limit: 10_001 }, empty, { sql: 1 }];
    for (const query of queries)
      expect(await analytics.get(pathOf(query))).toMatchObject({
        status: 400,
        body: { code: 'query-invalid' },
      });
  });
});
