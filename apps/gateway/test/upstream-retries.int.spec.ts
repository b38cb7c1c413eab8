import { eventually } from '@gatehouse/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Called } from './call.js';
import { CALM, IMPATIENT, NO_RETRIES, TwoTargets } from './two-targets.js';
import { until } from './until.js';

describe('requests whose target fails', () => {
  let all: TwoTargets;
  beforeAll(async () => {
    all = await TwoTargets.start((route, { a, b, both, dead, urls }) =>
      [
        route('retried', both, `${CALM}, retries: { on: [connect, reset, '503'], reserve: 100 }`),
        route('silent', `${a}, ${b}`, `${CALM}, retries: { on: [timeout], max: 5, reserve: 100 }`, IMPATIENT),
        route('halves', both, CALM),
        route('narrow', a, `breaker: { maxInFlight: 2, minimumRequests: 1000 }, ${NO_RETRIES}`),
        route('gone', `${dead}, ${b}`, CALM),
        route('thrifty', both, `${CALM}, retries: { budgetPercent: 10, reserve: 2 }`),
        route('broken', a, `${NO_RETRIES}, breaker: { minimumRequests: 4, openMs: 2000 }`),
        route('brief', a, CALM, '{ totalMs: 200 }'),
        `  - { id: alone, path: /alone/*, scopes: { '*': [] }, upstream: { name: one-url, url: '${urls.a}/base', breaker: { minimumRequests: 4, openMs: 2000 } } }\n`,
        `  - { id: plain, path: /plain/*, scopes: { '*': [] }, upstream: '${urls.a}' }\n`,
      ].join(''),
    );
  });
  afterAll(() => all.stop());
  beforeEach(() => all.reset());

  it.each(['reset', 503] as const)(
    'take over a request from one another when the answer is %s',
    async (behaviour) => {
      all.a.behaviour = behaviour;
      expect(await all.answeredBy('/retried/x', 4)).toEqual(['b', 'b', 'b', 'b']);
      expect((await all.at('/retried/x', { method: 'DELETE' })).body).toBe('b');
    },
  );

  it('take over a request from one another when there is no answer in time', async () => {
    all.a.behaviour = 'hang';
    expect(await all.answeredBy('/silent/x', 4)).toEqual(['b', 'b', 'b', 'b']);
    expect((await all.at('/silent/x', { method: 'DELETE' })).body).toBe('b');
  });

  it('take over from one that cannot be reached', async () => {
    expect(await all.answeredBy('/gone/x', 4)).toEqual(['b', 'b', 'b', 'b']);
  });

  it('hand on an answer that no retry is asked for, and never follow a redirect', async () => {
    all.a.behaviour = 502;
    const statuses = await Promise.all(Array.from({ length: 4 }, () => all.at('/retried/x')));
    expect(statuses.filter(({ status }) => status === 502)).toHaveLength(2);
    all.a.behaviour = 302;
    all.b.behaviour = 302;
    expect(await all.at('/retried/x', { redirect: 'manual' })).toMatchObject({ status: 302 });
  });

  it.each<[string, RequestInit]>([
    ['a method that may not be repeated', { method: 'POST' }],
    ['a body', { method: 'PUT', body: 'x' }],
  ])('send no request twice that has %s', async (_, init) => {
    all.a.behaviour = 'reset';
    const answers = await Promise.all(Array.from({ length: 4 }, () => all.at('/retried/x', init)));
    expect(answers.filter(({ code }) => code === 'upstream-unavailable')).toHaveLength(2);
    expect(all.a.requests.length + all.b.requests.length).toBe(4);
  });

  it('send no request twice whose answer has begun', async () => {
    all.a.behaviour = 'half';
    all.b.behaviour = 'half';
    for (let i = 0; i < 2; i++) await expect(all.at('/halves/x')).rejects.toThrow();
    expect(all.a.requests.length + all.b.requests.length).toBe(2);
  });

  it('retry no more than their budget, however many requests fail', async () => {
    all.a.behaviour = 503;
    all.b.behaviour = 503;
    const answers = [];
    for (let i = 0; i < 50; i++) answers.push((await all.at('/thrifty/x')).status);
    expect(new Set(answers)).toEqual(new Set([503]));
    const sent = all.a.requests.length + all.b.requests.length;
    expect(sent).toBeGreaterThan(50);
    expect(sent).toBeLessThanOrEqual(50 + 50 * 0.1 + 2);
    expect((await all.upstreams()).find(({ name }) => name === 'thrifty')).toMatchObject({
      retries: sent - 50,
    });
  });

  it('are asked no more once they fail, until one probe finds them back', async () => {
    all.a.behaviour = 'reset';
    for (let i = 0; i < 4; i++) expect((await all.at('/broken/x')).code).toBe('upstream-unavailable');
    const refused = await all.at('/broken/x');
    expect(refused).toMatchObject({ status: 503, code: 'upstream-circuit-open' });
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(all.a.requests).toHaveLength(4);

    // After a while one request finds out; those beside it are refused meanwhile.
    all.a.behaviour = 'hang';
    const asked: Promise<Called>[] = [];
    await eventually(() => {
      asked.push(all.at('/broken/x'));
      expect(all.a.requests).toHaveLength(5);
    });
    const beside = await Promise.all(Array.from({ length: 4 }, () => all.at('/broken/x')));
    expect(beside.map(({ code }) => code)).toEqual(Array(4).fill('upstream-circuit-open'));
    all.a.behaviour = 'reset';
    all.a.release();
    const codes = (await Promise.all(asked)).map(({ code }) => code);
    expect(codes.filter((code) => code !== 'upstream-circuit-open')).toEqual(['upstream-unavailable']);
    expect(all.a.requests).toHaveLength(5);

    all.a.behaviour = 200;
    await eventually(async () => expect((await all.at('/broken/x')).status).toBe(200));
    expect(await all.viewOf('broken', all.a)).toMatchObject({ breaker: 'closed', opened: 1, inFlight: 0 });
    expect(await all.metrics()).toContain('upstream_breakers_opened_total{upstream="broken"} 1');
    const { logs } = all.stage.gateway;
    await eventually(() =>
      expect(logs().match(/"upstream":"broken".*its breaker is (open|closed)/g)).toHaveLength(2),
    );
  });

  it('rest as well when they are one URL with a breaker; a plain URL is asked whatever happens', async () => {
    expect((await all.at('/alone/x?y=1')).status).toBe(200);
    expect(all.a.requests[0]).toMatchObject({ url: '/base/alone/x?y=1' });
    all.a.behaviour = 503;
    await until(async () => (await all.at('/alone/x')).code === 'upstream-circuit-open');
    const before = all.a.requests.length;
    for (let i = 0; i < 20; i++) expect((await all.at('/plain/x')).code).toBe('');
    expect(all.a.requests).toHaveLength(before + 20);
    expect(await all.metrics()).toContain('upstream_breakers_opened_total{upstream="one-url"} 1');

    all.a.behaviour = 200;
    await eventually(async () => expect((await all.at('/alone/x')).status).toBe(200));
    const view = (await all.upstreams()).find(({ name }) => name === 'one-url')!;
    expect(view).toMatchObject({ routes: ['alone'], retries: 0 });
    expect(view.refused).toBeGreaterThan(0);
    expect(view.targets).toMatchObject([{ breaker: 'closed', opened: 1, ejections: 0 }]);
  });

  it('are refused instead of queued when a target has as many as it may', async () => {
    all.a.behaviour = 'hang';
    const codes: string[] = [];
    const asked = Array.from({ length: 5 }, async () => codes.push((await all.at('/narrow/x')).code));
    await eventually(() => expect(codes).toEqual(Array(3).fill('upstream-circuit-open')));
    await eventually(() => expect(all.a.requests).toHaveLength(2)); // the two are on their way
    all.a.behaviour = 200;
    all.a.release();
    await Promise.all(asked);
    expect(codes.slice(3)).toEqual(['', '']);
    expect((await all.at('/narrow/x')).status).toBe(200);
  });

  it('are given a time in which the whole answer has to come', async () => {
    all.a.behaviour = 'hang';
    expect(await all.at('/brief/x')).toMatchObject({ status: 504, code: 'upstream-timeout' });
  });
});
