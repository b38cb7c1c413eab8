import { events } from '@gatehouse/contracts';
import { newId } from '@gatehouse/kernel';
import { eventually } from '@gatehouse/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { INJECTION, posted, WafStage } from './waf-stage.js';

const SCRIPT = '<script>alert(document.cookie)</script>';

describe('the firewall', () => {
  let all: WafStage;

  const asked = (uri: string) =>
    all.at('/.gatehouse/authorize', {
      headers: { 'x-forwarded-method': 'GET', 'x-forwarded-uri': uri, 'x-forwarded-host': 'api.example.com' },
    });

  beforeAll(async () => {
    all = await WafStage.start();
  });
  afterAll(() => all.stop());

  it.each<[string, string, RequestInit]>([
    ['SQL in the query', `/block${INJECTION}`, {}],
    ['a script in JSON', '/block/', posted('application/json', JSON.stringify({ note: SCRIPT }))],
    [
      'a script in a form',
      '/block/',
      posted('application/x-www-form-urlencoded', `note=${encodeURIComponent(SCRIPT)}`),
    ],
    ['a file of the system', '/block/?file=/etc/passwd', {}],
    [
      'a command',
      '/block/',
      { headers: { 'x-note': '() { :; }; /bin/cat /etc/passwd', referer: '() { :; };' } },
    ],
    ['JSON that is none', '/block/', posted('application/json', '{"a":')],
    ['what a rule of our own names', '/block/?coupon=stolen', {}],
  ])('refuses %s, and the upstream sees nothing of it', async (_, path, init) => {
    const before = all.stage.upstream.received;
    expect(await all.at(path, init)).toMatchObject({ status: 403, code: 'waf-refused' });
    expect(all.stage.upstream.received).toBe(before);
  });

  it.each<[string, string, RequestInit]>([
    ['a plain request', '/block/orders/12?page=2&sort=-created', {}],
    ['JSON', '/block/count', posted('application/json', '{"name":"Ann O’Neill","tags":["a","b"]}')],
    ['a form', '/block/', posted('application/x-www-form-urlencoded', 'name=Ann&city=K%C3%B6ln')],
    ['a change', '/block/orders/1', posted('application/merge-patch+json', '{"state":"paid"}', 'PATCH')],
    ['JSON that is not there', '/block/orders/1/cancel', posted('application/json', '')],
    ['a deletion', '/block/orders/1', { method: 'DELETE' }],
    ['JSON without a body', '/block/', { headers: { 'content-type': 'application/json' } }],
    ['an attack where it is off', `/off${INJECTION}`, {}],
  ])('lets %s pass', async (_, path, init) => {
    expect(await all.at(path, init)).toMatchObject({ status: 200, code: '' });
  });

  it('says in the decision which rules matched, and nothing of what was sent', async () => {
    const decision = await all.decisionOn(await all.at('/block/?id=1%27%20or%20%27sentinel%27=%27sentinel'));
    expect(decision).toMatchObject({ code: 'waf-refused', refusedBy: 'waf' });
    expect(decision.findings).toContain('waf-942100');
    expect(decision.findings).not.toContain('waf-949110');
    expect(decision.steps).toContainEqual({ policy: 'waf', result: 'refused' });
    expect(JSON.stringify(decision) + all.stage.gateway.logs()).not.toContain('sentinel');
  });

  it('only notes what it finds where it detects, whole bodies beyond its bound too', async () => {
    const answer = await all.at(`/watch${INJECTION}`);
    expect(answer.status).toBe(200);
    expect(await all.decisionOn(answer)).toMatchObject({
      outcome: 'served',
      findings: expect.arrayContaining(['waf-942100']),
    });
    const body = 'x'.repeat(200_000);
    const long = await all.at('/watch/count', posted('text/plain', body));
    expect(long.body).toBe('200000');
    expect((await all.decisionOn(long)).findings).toContain('waf-body-unread');
  });

  it('works for a published route as strictly as gateway.yaml offers it, or the route is not served', async () => {
    const { issuer, gateway, upstream } = all.stage;
    const publish = (path: string, waf: object, ...routes: object[]) => {
      const apiId = newId('api');
      issuer.publishApi(apiId, events.ApiPublished.type, {
        apiId,
        name: apiId,
        description: '',
        upstream: upstream.url,
        waf,
        routes: [{ path, scopes: { '*': [] } }, ...routes],
      });
      return apiId;
    };
    const block = { mode: 'block', paranoia: 1, threshold: 5 };
    const open = { path: '/published/open', scopes: { '*': [] }, waf: { ...block, mode: 'off' } };
    publish('/published/guarded', block, open);
    const stricter = publish('/published/stricter', { ...block, paranoia: 2 });
    await eventually(async () => expect((await all.at('/published/guarded?page=2')).status).toBe(200));
    const injection = INJECTION.slice(1);
    const before = upstream.received;
    expect((await all.at(`/published/guarded${injection}`)).code).toBe('waf-refused');
    expect(upstream.received).toBe(before);
    expect((await all.at(`/published/open${injection}`)).status).toBe(200);
    await eventually(async () =>
      expect((await gateway.activeRoutes()).unserved).toMatchObject([
        { api: stricter, reason: expect.stringContaining('paranoia 1 and threshold 5 alone') },
      ]),
    );
  });

  it('refuses a body that it may not read whole', async () => {
    expect(await all.at('/block/count', posted('text/plain', 'x'.repeat(10_001)))).toMatchObject({
      code: 'body-too-large',
    });
  });

  it('never shows the engine a token', async () => {
    expect((await all.at('/block/x')).status).toBe(200); // rule 1002 would refuse it
    const keyed = await fetch(`${all.stage.gateway.url}/keyed/x`, { headers: { 'x-key': all.token } });
    expect(keyed.status).toBe(200);
  });

  it('looks at what another proxy asks about', async () => {
    expect(await asked(`/block${INJECTION}`)).toMatchObject({ code: 'waf-refused' });
    expect((await asked('/block/orders')).status).toBe(200);
  });
});
