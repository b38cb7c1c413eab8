import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DecisionAnswer, events } from '@gatehouse/contracts';
import { eventually } from '@gatehouse/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { call } from './call.js';
import { ADMIN_TOKEN, type IssueOptions } from './issuer-stand-in.js';
import { hold } from './hold.js';
import { issuersPart, JwtSigner } from './jwt-signer.js';
import { type Stage, setStage } from './stage.js';
import { until } from './until.js';

const route = (id: string, limits: string, more = '') =>
  `  - { id: ${id}, path: /${id}/*, stripPrefix: /${id}, upstream: '\${UPSTREAM_URL}', scopes: { '*': [] }, limits: [${limits}]${more} }\n`;
const twoPer = (subject: string) => `{ per: ${subject}, requests: 2, windowSeconds: 60 }`;
const SUBJECTS = ['token', 'user', 'application', 'identity', 'tenant', 'plan', 'route', 'ip'];
const ROUTES = `
trustedProxies: [127.0.0.1]
routes:
${SUBJECTS.map((subject) => route(subject, twoPer(subject))).join('')}
${route('quota', '{ per: token, requests: 2, every: day }')}
${route('busy', '{ per: token, concurrent: 1 }')}
${route('both', '{ per: token, requests: 9, windowSeconds: 60 }, { per: route, requests: 2, windowSeconds: 3600 }')}
${route('cost', '{ per: token, requests: 10, windowSeconds: 3600 }', ", cost: { GET: 1, POST: 8, '*': 5 }")}
${route('gold', '{ per: token, requests: 1, windowSeconds: 60, plans: [free] }')}
${route('calm', '{ per: token, requests: 4, windowSeconds: 1, burst: 1 }', ', throttle: { maxWaitMs: 700, maxWaiting: 2 }')}
`;

describe('limits', () => {
  let stage: Stage;
  let signer: JwtSigner;
  const at = (path: string, token: string, init?: RequestInit) =>
    call(`${stage.gateway.url}/${path}`, token, init);
  const statuses = async (path: string, tokens: string[], init?: RequestInit) => {
    const answers = [];
    for (const token of tokens) answers.push((await at(path, token, init)).status);
    return answers;
  };

  beforeAll(async () => {
    signer = await JwtSigner.make();
    stage = await setStage();
    await writeFile(join(stage.gateway.dir, 'keys.json'), JSON.stringify({ keys: [signer.listed] }));
    await writeFile(stage.gateway.routesFile, `${issuersPart()}${ROUTES}`);
    const token = await signer.accessToken();
    await until(async () => (await at('gold/x', token)).status === 200);
  });
  afterAll(() => stage.stop());

  it.each<[string, Record<string, string>, Record<string, string> | undefined]>([
    ['user', { sub: 'ada', client_id: 'app-1' }, { sub: 'bob', client_id: 'app-1' }],
    ['application', { sub: 'ada', client_id: 'app-1' }, { sub: 'ada', client_id: 'app-2' }],
    ['plan', { plan: 'free' }, { plan: 'gold' }],
    ['token', {}, {}],
    ['tenant', {}, undefined],
    ['route', {}, undefined],
  ])('are shared by the tokens of one %s, and by no others', async (subject, claims, others) => {
    const first = await signer.accessToken(claims);
    const second = subject === 'token' ? first : await signer.accessToken(claims);
    expect(await statuses(`${subject}/x`, [first, second, first, second])).toEqual([200, 200, 429, 429]);
    const opaque = stage.issuer.issue().token;
    const other = others ? await signer.accessToken(others) : opaque;
    expect((await at(`${subject}/x`, other)).status).toBe(others ? 200 : 429);
  });

  it.each<[string, IssueOptions, IssueOptions]>([
    ['user', { userId: 'usr_1' }, { userId: 'usr_2' }],
    ['application', { applicationId: 'app_1' }, { applicationId: 'app_2' }],
    ['identity', { identityId: 'idn_1' }, {}],
    ['plan', { plan: 'silver' }, { plan: 'bronze' }],
  ])('are shared by the opaque tokens of one %s, as the issuer says', async (subject, ones, others) => {
    const [first, second] = [stage.issuer.issue(ones).token, stage.issuer.issue(ones).token];
    expect(await statuses(`${subject}/x`, [first, second, first, second])).toEqual([200, 200, 429, 429]);
    expect((await at(`${subject}/x`, stage.issuer.issue(others).token)).status).toBe(200);
  });

  it('follow a token to another plan', async () => {
    const { token } = stage.issuer.issue({ plan: 'gold' });
    expect(await statuses('gold/x', [token, token])).toEqual([200, 200]);
    stage.issuer.change(token, events.TokenUpdated.type, { plan: 'free' });
    await eventually(async () => expect((await at('gold/x', token)).status).toBe(429));
  });

  it('are shared by one address, which in IPv6 is a /64', async () => {
    const { token } = stage.issuer.issue();
    const from = async (address: string) =>
      (await at('ip/x', token, { headers: { 'x-forwarded-for': address } })).status;
    expect([await from('2001:db8:1:1::1'), await from('2001:db8:1:1::2')]).toEqual([200, 200]);
    expect([await from('2001:db8:1:1:ffff::3'), await from('2001:db8:1:2::1')]).toEqual([429, 200]);
  });

  it('say what they are and what is left, in the answer of the upstream and in a refusal', async () => {
    const { token } = stage.issuer.issue();
    const [first, , refused] = [
      await at('both/x', token),
      await at('both/x', token),
      await at('both/x', token),
    ];
    const policy = '"token-60s";q=9;w=60, "route-3600s";q=2;w=3600';
    expect(first.headers.get('ratelimit-policy')).toBe(policy);
    expect(first.headers.get('ratelimit')).toBe('"route-3600s";r=1;t=1800');
    expect(refused).toMatchObject({ status: 429, code: 'rate-limited' });
    expect(refused.headers.get('ratelimit-policy')).toBe(policy);
    expect(refused.headers.get('ratelimit')).toMatch(/^"route-3600s";r=0;t=3600$/);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(1_700);
    const requestId = refused.headers.get('x-request-id');
    const asked = await call(`${stage.gateway.adminUrl}/v1/decisions/${requestId}`, ADMIN_TOKEN);
    const decision = DecisionAnswer.parse(JSON.parse(asked.body));
    expect(decision.refusedBy).toBe('limit-route-3600s');
    expect(decision.steps.slice(-4)).toEqual([
      { policy: 'limit-token-60s', result: 'passed' },
      { policy: 'limit-route-3600s', result: 'refused' },
      { policy: 'body', result: 'not-asked' },
      { policy: 'upstream', result: 'not-asked' },
    ]);
  });

  it('refuse when the quota of the day is used up, until the day is over', async () => {
    const { token } = stage.issuer.issue();
    expect(await statuses('quota/x', [token, token])).toEqual([200, 200]);
    const refused = await at('quota/x', token);
    expect(refused).toMatchObject({ status: 429, code: 'quota-exhausted' });
    const midnight = new Date().setUTCHours(24, 0, 0, 0);
    const seconds = Number(refused.headers.get('retry-after'));
    expect(Math.abs(seconds - (midnight - Date.now()) / 1000)).toBeLessThan(60);
  });

  it('take what a request costs', async () => {
    const { token } = stage.issuer.issue();
    expect((await at('cost/x', token, { method: 'POST' })).headers.get('ratelimit')).toContain('r=2');
    expect((await at('cost/x', token, { method: 'PUT' })).status).toBe(429);
    expect(await statuses('cost/x', [token, token, token])).toEqual([200, 200, 429]);
  });

  it('bind only the plans they name', async () => {
    const [free, gold] = [
      await signer.accessToken({ plan: 'free' }),
      await signer.accessToken({ plan: 'gold' }),
    ];
    expect(await statuses('gold/x', [free, free, gold, gold])).toEqual([200, 429, 200, 200]);
  });

  it('count what is under way, and give it back when the client leaves', async () => {
    const { token } = stage.issuer.issue();
    const leave = new AbortController();
    const hanging = hold(`${stage.gateway.url}/busy/hang`, token, leave.signal);
    await eventually(async () =>
      expect(await at('busy/x', token)).toMatchObject({ status: 429, code: 'too-many-at-once' }),
    );
    expect((await at('busy/x', stage.issuer.issue().token)).status).toBe(200);
    leave.abort();
    expect(await hanging).toBe('left');
    await eventually(async () => expect((await at('busy/x', token)).status).toBe(200));
  });

  it('let requests wait for their turn, and no more than may wait', async () => {
    await eventually(async () => {
      const { token } = stage.issuer.issue();
      await at('busy/x', token); // the token is known from now on
      const began = performance.now();
      const answers = await Promise.all([0, 1, 2, 3, 4].map(() => at('calm/x', token)));
      const codes = answers.map(({ status }) => status).toSorted((a, b) => a - b);
      expect(codes).toEqual([200, 200, 200, 429, 429]); // of five that come before the second’s turn
      expect(performance.now() - began).toBeGreaterThan(490);
    });
  });

  it('do not let a request through that was revoked while it waited', async () => {
    await eventually(async () => {
      const issued = stage.issuer.issue();
      await at('calm/x', issued.token);
      const began = performance.now();
      const waiting = [0, 1].map(async () => {
        const { code } = await at('calm/x', issued.token);
        return performance.now() - began > 240 ? code : 'did not wait';
      });
      stage.issuer.revoke(issued.token);
      expect(await Promise.all(waiting)).toContain('token-revoked'); // it is heard of while one waits
    });
  });
});
