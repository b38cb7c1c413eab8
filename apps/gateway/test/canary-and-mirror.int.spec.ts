import { eventually } from '@gatehouse/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Target } from './target.js';
import { CALM, TwoTargets } from './two-targets.js';

const LIMIT = 1_000;

describe('a new version beside the old one', () => {
  let all: TwoTargets;
  let shadow: Target;
  const mirrored = async (name: string) => (await all.upstreams()).find((one) => one.name === name)!.mirror!;

  beforeAll(async () => {
    shadow = await Target.start('shadow');
    all = await TwoTargets.start((route, { a, b, dead }) =>
      [
        route('part', a, `canary: { targets: [${b}], percent: 25 }, ${CALM}`),
        route('sticky', a, `canary: { targets: [${b}], percent: 50, sticky: true }, ${CALM}`),
        route('chosen', a, `canary: { targets: [${b}], header: { name: X-Canary, value: 'yes' } }, ${CALM}`),
        route('failing', a, `canary: { targets: [${b}], percent: 100 }, ${CALM}, retries: { reserve: 100 }`),
        route('copied', a, `mirror: { url: '${shadow.url}/copy', maxBodyBytes: ${LIMIT} }, ${CALM}`),
        route('half', a, `mirror: { url: '${shadow.url}', percent: 50 }, ${CALM}`),
        route('lost', a, `mirror: ${dead}, ${CALM}`),
        route(
          'unread',
          dead,
          `mirror: { url: '${shadow.url}', maxInFlight: 1, maxBodyBytes: 1000000 }, ${CALM}`,
        ),
        route('hanging', a, `mirror: { url: '${shadow.url}', maxInFlight: 2, timeoutMs: 60000 }, ${CALM}`),
      ].join(''),
    );
  });
  afterAll(async () => {
    await all.stop();
    await shadow.stop();
  });
  beforeEach(() => {
    all.reset();
    shadow.reset();
  });

  it('gets its share of the requests', async () => {
    const seen = await all.answeredBy('/part/x', 20);
    expect(seen.filter((name) => name === 'b')).toHaveLength(5);
    const group = (await all.upstreams()).find(({ name }) => name === 'part')!;
    expect(group.targets).toMatchObject([
      { url: all.a.url, role: 'stable' },
      { url: all.b.url, role: 'canary' },
    ]);
  });

  it('gets all requests of a token or none, where the share is one of tokens', async () => {
    const ways = new Set<string>();
    for (let i = 0; i < 20; i++) {
      const { token } = all.stage.issuer.issue();
      const asked = await Promise.all([1, 2, 3].map(() => all.at('/sticky/x', {}, token)));
      const bodies = new Set(asked.map(({ body }) => body));
      expect(bodies.size).toBe(1);
      for (const body of bodies) ways.add(body);
    }
    expect(ways).toEqual(new Set(['a', 'b']));
  });

  it('gets the requests whose header asks for it, and no others', async () => {
    const asking = (value: string) => all.answeredBy('/chosen/x', 3, { headers: { 'x-canary': value } });
    expect(await asking('yes')).toEqual(['b', 'b', 'b']);
    expect(await asking('no')).toEqual(['a', 'a', 'a']);
    expect(await all.answeredBy('/chosen/x', 3)).toEqual(['a', 'a', 'a']);
  });

  it('hands what it fails at to the old one', async () => {
    all.b.behaviour = 'reset';
    expect(await all.answeredBy('/failing/x', 3)).toEqual(['a', 'a', 'a']);
    expect(all.b.requests).toHaveLength(3);
  });

  it('is shown copies, bodies and all, without the token and marked as copies', async () => {
    const init = { method: 'POST', body: 'x'.repeat(LIMIT), headers: { 'x-own': '1' } };
    expect((await all.at('/copied/x?y=1', init)).body).toBe('a');
    await eventually(() => expect(shadow.requests).toHaveLength(1));
    const [copy, original] = [shadow.requests[0], all.a.requests[0]];
    expect(copy).toMatchObject({ method: 'POST', url: '/copy/copied/x?y=1', body: init.body });
    const { host, connection, 'x-gatehouse-mirror': mark, ...headers } = copy.headers;
    expect({ ...headers, host: original.headers.host, connection }).toEqual(original.headers);
    expect({ host, mark }).toEqual({ host: new URL(shadow.url).host, mark: '1' });
    expect(JSON.stringify(copy)).not.toContain(all.token);
  });

  it('is shown no copy of a body that is too large, announced or not', async () => {
    const before = await mirrored('copied');
    const stream = () =>
      new ReadableStream<Uint8Array>({
        start(controller) {
          for (let i = 0; i < 4; i++) controller.enqueue(new Uint8Array(LIMIT / 2));
          controller.close();
        },
      });
    const inits = [{ body: 'x'.repeat(LIMIT + 1) }, { body: stream(), duplex: 'half' } as RequestInit];
    for (const init of inits) expect((await all.at('/copied/x', { method: 'POST', ...init })).body).toBe('a');
    expect(all.a.requests.map(({ body }) => body.length)).toEqual([LIMIT + 1, LIMIT * 2]);
    await eventually(async () =>
      expect(await mirrored('copied')).toMatchObject({ sent: before.sent, skipped: before.skipped + 2 }),
    );
    expect(shadow.requests).toHaveLength(0);
  });

  it('is shown a share where a share is asked for', async () => {
    await all.answeredBy('/half/x', 10);
    await eventually(() => expect(shadow.requests).toHaveLength(5));
  });

  it.each(['reset', 'hang', 500] as const)('changes no answer when its own is %s', async (behaviour) => {
    shadow.behaviour = behaviour;
    expect(await all.answeredBy('/copied/x', 3)).toEqual(['a', 'a', 'a']);
    expect(await all.answeredBy('/lost/x', 3)).toEqual(['a', 'a', 'a']);
  });

  it('is shown no copy of a body that no target took, and such bodies do not use up its share', async () => {
    const init = { method: 'POST', body: 'x'.repeat(500_000) };
    for (let i = 1; i <= 3; i++) {
      expect(await all.at('/unread/x', init).catch(() => ({ code: 'cut off' }))).toMatchObject({
        code: expect.stringMatching(/^(upstream-unavailable|cut off)$/),
      });
      await eventually(async () => expect(await mirrored('unread')).toMatchObject({ sent: 0, skipped: i }));
    }
    await all.at('/unread/x');
    await eventually(async () => expect(await mirrored('unread')).toMatchObject({ sent: 1, skipped: 3 }));
  });

  it('is shown no more copies at once than it may', async () => {
    shadow.behaviour = 'hang';
    expect(new Set(await all.answeredBy('/hanging/x', 10))).toEqual(new Set(['a']));
    expect(await mirrored('hanging')).toMatchObject({ sent: 2, skipped: 8 });
  });
});
