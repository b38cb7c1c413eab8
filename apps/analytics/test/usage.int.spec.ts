import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  Problem,
  type RequestRecord,
  UsageAnswer,
  UsageDimension,
  type UsageRow,
} from '@gatehouse/contracts';
import { eventually } from '@gatehouse/testing';
import { measure, plainUsage, valuesOf } from './plain-usage.js';
import { batchesOf, partsOf, recordsOf } from './request-events.js';
import { startAnalytics } from './start-analytics.js';

const MINUTE = 60_000;
/** Start of the bucket of so many milliseconds that an instant is in. */
const bucketOf = (lengthMs: number) => (at: number) => Math.floor(at / lengthMs) * lengthMs;

let analytics: Awaited<ReturnType<typeof startAnalytics>>;
/** Two hours and a half of records, from a full hour on, ended well before now. */
let records: RequestRecord[];
let start: number;
let end: number;

beforeAll(async () => {
  analytics = await startAnalytics();
  start = Math.floor(Date.now() / (60 * MINUTE)) * 60 * MINUTE - 5 * 60 * MINUTE;
  end = start + 150 * MINUTE;
  records = recordsOf({ count: 3_000, startAt: new Date(start), stepMs: 3_000, seed: 7 }).map(
    (record, i) => ({
      ...record,
      ...(i % 3 > 0 && { cache: i % 3 === 1 ? ('hit' as const) : ('miss' as const) }),
      ...(i % 4 > 0 && { applicationId: `app_${i % 4}`, plan: i % 4 === 1 ? 'gold' : 'free' }),
      ...(i % 5 > 0 && { identityId: `idn_${i % 5}`, credits: (i % 50) + 1 }),
      ...(i % 7 === 0 && { findings: i % 2 === 0 ? ['waf-942100'] : ['waf-942100', 'bot-scanner'] }),
    }),
  );
  const batches = batchesOf(records, 250);
  await analytics.publish(batches.flat());
  await analytics.ingested('gw-1', batches.length);
});
afterAll(() => analytics.stop());

interface Ask {
  from?: number;
  to?: number;
  [parameter: string]: string | number | undefined;
}

const pathOf = ({ from = start, to = end, ...rest }: Ask = {}): string => {
  const query = new URLSearchParams({ from: new Date(from).toISOString(), to: new Date(to).toISOString() });
  for (const [name, value] of Object.entries(rest)) query.set(name, String(value));
  return `/v1/usage?${query.toString()}`;
};

const ask = (parameters: Ask = {}, caller?: 'acme') => answerAt(pathOf(parameters), caller);

async function answerAt(path: string, caller?: 'acme'): Promise<UsageAnswer> {
  const { status, body } = await analytics.get(path, caller);
  expect({ status, body }).toMatchObject({ status: 200 });
  return UsageAnswer.parse(body);
}

/** Rows keyed as `plainUsage` keys its own. */
function keyed(rows: readonly UsageRow[], groupBy: readonly UsageDimension[]) {
  return new Map(
    rows.map(({ calls, errors, latencyMs, requestBytes, responseBytes, credits, ...row }) => [
      JSON.stringify([row.at, ...groupBy.map((dimension) => row[dimension])]),
      { calls, errors, latencyMs, requestBytes, responseBytes, credits },
    ]),
  );
}

describe('GET /v1/usage', () => {
  it.each(UsageDimension.options.map((dimension) => [dimension]))(
    'agrees with the records by %s, for the whole window and by the minute',
    async (dimension) => {
      const whole = await ask({ groupBy: dimension });
      expect(keyed(whole.rows, [dimension])).toEqual(plainUsage(records, [dimension], () => start));
      expect(whole.totals).toEqual(measure(records));
      const byMinute = await ask({ groupBy: dimension, interval: '5m' });
      expect(keyed(byMinute.rows, [dimension])).toEqual(
        plainUsage(records, [dimension], bucketOf(5 * MINUTE)),
      );
    },
  );

  it('agrees with the records in every filter', async () => {
    for (const dimension of UsageDimension.options) {
      const [value] = valuesOf(records[42], dimension);
      const { totals } = await ask({ [dimension]: value });
      expect(totals).toEqual(
        measure(records.filter((record) => valuesOf(record, dimension).includes(value))),
      );
    }
  });

  it('agrees with the records in four dimensions at once', async () => {
    for (const groupBy of [
      ['token', 'status', 'country', 'tenant'],
      ['route', 'cache', 'finding', 'outcome'],
      ['token', 'application', 'identity', 'plan'],
    ] satisfies UsageDimension[][]) {
      const { rows } = await ask({ groupBy: groupBy.join(',') });
      expect(keyed(rows, groupBy)).toEqual(plainUsage(records, groupBy, () => start));
    }
  });

  it('tells requests that nothing was noticed of, and that no cache was asked for, by the empty value', async () => {
    const { totals } = await ask({ finding: '', cache: '' });
    expect(totals).toEqual(measure(records.filter(({ findings, cache }) => !findings && !cache)));
  });

  it.each([
    ['between two minutes', 0.1, 0.9],
    ['across one minute', 0.5, 1.5],
    ['across hours', 7.2511, 133.7777],
  ])('agrees with the records in a window %s', async (_, first, last) => {
    const [from, to] = [start + first * MINUTE, start + last * MINUTE].map(Math.round) as [number, number];
    const within = records.filter(({ at }) => Date.parse(at) >= from && Date.parse(at) < to);
    const { rows, totals } = await ask({ from, to, groupBy: 'route', interval: '1m' });
    expect(keyed(rows, ['route'])).toEqual(plainUsage(within, ['route'], bucketOf(MINUTE)));
    expect(totals).toEqual(measure(within));
  });

  it('agrees with the records by the second', async () => {
    const to = start + 10 * MINUTE;
    const { rows } = await ask({ to, interval: '10s' });
    const within = records.filter(({ at }) => Date.parse(at) < to);
    expect(keyed(rows, [])).toEqual(plainUsage(within, [], bucketOf(10_000)));
  });

  it('answers an empty window with zeros', async () => {
    const answer = await ask({ from: start - 60 * MINUTE, to: start, groupBy: 'token' });
    expect(answer).toMatchObject({ rows: [], missing: 0, totals: { calls: 0, latencyMs: { p99: 0 } } });
  });

  it('shows a request within two seconds of its batch being published', async () => {
    let tries = 0;
    await eventually(async () => {
      const gateway = `gw-fresh-${tries++}`;
      const [record] = recordsOf({ count: 1, firstSeq: 1 });
      await analytics.publish(partsOf([{ ...record, route: gateway }], { gateway, batch: 1 }));
      await eventually(
        async () => {
          const { totals } = await answerAt(`/v1/usage?route=${gateway}`);
          expect(totals.calls).toBe(1);
        },
        { timeoutMs: 2_000 },
      );
    });
  });

  it('shows nobody the rows of another tenant', async () => {
    const ofAcme = records.filter(({ tenant }) => tenant === 'acme');
    const { totals, rows } = await ask({ groupBy: 'tenant' }, 'acme');
    expect(totals).toEqual(measure(ofAcme));
    expect(rows.map(({ tenant }) => tenant)).toEqual(['acme']);
    expect((await ask({ tenant: 'globex' }, 'acme')).totals.calls).toBe(0);
  });

  it('refuses who has no token, and who lacks the permission', async () => {
    expect(await analytics.get(pathOf(), 'nobody')).toMatchObject({ status: 401 });
    expect(await analytics.get(pathOf(), 'stranger')).toMatchObject({
      status: 403,
      body: { code: 'scope-insufficient' },
    });
  });

  it.each([
    ['an unknown parameter', { colour: 'red' }],
    ['an unknown dimension', { groupBy: 'path' }],
    ['SQL for a dimension', { groupBy: 'token) FROM requests --' }],
    ['five dimensions', { groupBy: 'token,route,method,status,country' }],
    ['an unknown interval', { interval: '2m' }],
    ['a status that is no number', { status: 'ok' }],
    ['no window', { from: 10, to: 10 }],
    ['a window the wrong way round', { from: 20, to: 10 }],
    ['more buckets than rows', { from: 0, interval: '1m' }],
    ['seconds of long ago', { from: 1_000, to: 60_000, interval: '1s' }],
  ])('refuses %s with a problem document', async (_, parameters: Ask) => {
    const answer = await analytics.get(pathOf(parameters));
    expect(answer).toMatchObject({ status: 400, body: { code: 'query-invalid', status: 400 } });
    expect(Problem.parse(answer.body).errors?.length).toBeGreaterThan(0);
  });

  it('refuses to answer with more than 10,000 rows', async () => {
    const answer = await analytics.get(
      pathOf({ interval: '1s', groupBy: 'token,route,method,status', to: start + 120 * MINUTE }),
    );
    expect(answer.status).toBe(200);
    const many = recordsOf({ count: 11_000, startAt: new Date(start), stepMs: 1 });
    const events = batchesOf(
      many.map((record, i) => ({ ...record, tokenId: `tok_${i}`, tenant: 'default' })),
      1_000,
      {
        gateway: 'gw-many',
      },
    );
    await analytics.publish(events.flat());
    await analytics.ingested('gw-many', events.length);
    expect(await analytics.get(pathOf({ groupBy: 'token' }))).toMatchObject({
      status: 400,
      body: { code: 'query-invalid', detail: expect.stringContaining('10000 rows') },
    });
  });

  it('takes a value that looks like SQL for a value', async () => {
    const { totals } = await ask({ token: "' OR 1=1 --", route: '{maxRows:UInt32}' });
    expect(totals.calls).toBe(0);
  });
});
