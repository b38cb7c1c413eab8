import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { EntryPage } from '@gatehouse/contracts';
import { eventually } from '@gatehouse/testing';
import { tokenIdOf } from '../../test/events.js';
import { LogReader, startSurroundings } from '../../test/start-audit.js';
import type { Surroundings } from '../../test/start-audit.js';
import { BLOCK } from './search-index.js';

const BEFORE = 2 * BLOCK + 100; // three blocks, the last still growing
const DAY = '2026-03-01';

let around: Surroundings;
let log: LogReader;
let acme: LogReader;

const special = (data: object, change: object = {}) =>
  around.issuer.commit({ type: 'sample.happened.v1', data, time: `${DAY}T12:00:00.000Z`, ...change });

beforeAll(async () => {
  around = await startSurroundings();
  const { issuer, key } = around;
  issuer.commitMany(BEFORE);
  special({ applicationId: 'app_1', note: 'the quick brown fox' }, { actor: 'user:usr_1' });
  special({ userId: 'usr_2', clientAddress: '192.0.2.7', note: 'a quick brown dog' });
  special({ outcome: 'refused', note: 'fox in a brown box' }, { time: '2026-03-02T00:00:00.000Z' });
  special({ applicationId: 'app_1', note: 'fox' }, { tenant: 'acme' });
  // Logged late: it happened while the first ones did.
  special({ note: 'late' }, { time: '2023-11-14T22:13:20.500Z' });
  const service = await around.audit();
  log = LogReader.of(service, around);
  acme = new LogReader(service.url, issuer.admit(['audit:read'], 'acme'), key.verifierKey);
  await log.covers(BEFORE + 5);
  await searched(BEFORE + 5);
});

afterAll(() => around.stop());

/** The search makes up for a backlog after it was taken in. */
const searched = (size: number) =>
  eventually(async () => {
    expect(await log.json('/v1/entries?limit=1')).toMatchObject({ searchedTo: size });
  });

const found = async (query: string, reader = log): Promise<number[]> =>
  (await reader.entries(`&${query}`)).map(({ index }) => index - BEFORE);

describe('GET /v1/entries finds', () => {
  it.each([
    ['actor=user:usr_1', [0]],
    ['application=app_1', [0, 3]],
    ['person=usr_1', [0]],
    ['person=usr_2', [1]],
    ['address=192.0.2.7', [1]],
    ['address=192.0.2.0/24', [1]],
    ['address=198.51.100.0/24', []],
    ['outcome=refused', [2]],
    ['type=sample.happened.v1', [0, 1, 2, 3, 4]],
    ['tenant=acme', [3]],
    ['text=fox', [0, 2, 3]],
    ['text=brown fox', [0, 2]],
    ['text="quick brown"', [0, 1]],
    ['text="quick brown" -dog', [0]],
    ['text="brown quick"', []],
    ['text=FOX -box -dog -application', [0, 3]],
    ['text=fo', []],
    ['text=!', []],
    [`from=${DAY}T12:00:00Z`, [0, 1, 2, 3]],
    [`from=${DAY}T13:00:00%2B01:00&to=2026-03-02T00:00:00Z`, [0, 1, 3]],
    ['from=2026-03-03T00:00:00Z', []],
    [`application=app_1&text=fox&tenant=default&from=${DAY}T00:00:00Z`, [0]],
    ['actor=user:usr_1&person=usr_2', []],
    ['text=%00', []],
  ])('%s', async (query, expected) => {
    expect(await found(query)).toEqual(expected);
  });

  it('an event by its id, with all else that is asked', async () => {
    const { id } = around.issuer.events[BEFORE + 2];
    expect(await found(`eventId=${id}`)).toEqual([2]);
    expect(await found(`eventId=${id}&outcome=success`)).toEqual([]);
  });

  it('what was logged late, at its own time and its own place', async () => {
    const indexes = await found('from=2023-11-14T22:13:20.500Z&to=2023-11-14T22:13:20.503Z');
    expect(indexes).toEqual([499 - BEFORE, 500 - BEFORE, 501 - BEFORE, 4]);
  });

  it('the same newest first, page by page without a gap', async () => {
    const seen: number[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const page: EntryPage = await log.json(
        `/v1/entries?order=newest&limit=500&type=TokenRevoked${cursor && `&cursor=${cursor}`}`,
      );
      seen.push(...page.items.map(({ index }) => index));
      cursor = page.nextCursor;
    }
    expect(seen).toHaveLength(BEFORE / 2);
    expect(seen.toReversed()).toEqual((await found('type=TokenRevoked')).map((index) => index + BEFORE));
    expect(await log.json('/v1/entries?order=newest&limit=2')).toMatchObject({
      items: [{ index: BEFORE + 4 }, { index: BEFORE + 3 }],
      nextCursor: String(BEFORE + 2),
      searchedTo: BEFORE + 5,
    });
  });

  it('nothing of another tenant, whatever is asked', async () => {
    expect(await found('text=fox', acme)).toEqual([3]);
    expect(await found('', acme)).toEqual([3]);
    expect(await found('person=usr_2', acme)).toEqual([]);
    expect(await found(`token=${tokenIdOf(3)}`, acme)).toEqual([]);
    expect(await found('tenant=default', acme)).toEqual([]);
  });

  it.each([
    ['from=yesterday', 'from: expected an instant'],
    ['address=here', 'address: '],
    ['order=random', 'order: '],
    ['text=', 'text: '],
  ])('nothing for %s, and says what is wrong', async (query, detail) => {
    const response = await log.get(`/v1/entries?${query}`);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      code: 'query-invalid',
      detail: expect.stringContaining(detail),
    });
  });
});

describe('the search index', () => {
  it('is made again from the leaves when it is gone, and finds the same', async () => {
    const before = await found('text=fox');
    // As if somebody had ended while a segment was being filled.
    await around.sql('insert into audit.search_filling select * from audit.search limit 100');
    await around.sql('truncate audit.search, audit.search_blocks');
    await searched(BEFORE + 5);
    expect(await found('text=fox')).toEqual(before);
    expect(await found(`from=${DAY}T12:00:00Z`)).toEqual([0, 1, 2, 3]);
  });
});
