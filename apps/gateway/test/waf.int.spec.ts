import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DecisionAnswer } from '@gatehouse/contracts';
import { eventually } from '@gatehouse/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { call, type Called } from './call.js';
import { ADMIN_TOKEN } from './issuer-stand-in.js';
import { type ModSecurityFiles, unpackModSecurity } from './mod-security.js';
import type { RunningGateway } from './running-gateway.js';
import { type Stage, setStage } from './stage.js';
import { until } from './until.js';

const OWN_RULES = `
SecRule ARGS:coupon "@streq stolen" "id:1001,phase:2,deny,status:403,log,msg:'a coupon that is known'"
SecRule &REQUEST_HEADERS:Authorization|&REQUEST_HEADERS:X-Key "@gt 0" "id:1002,phase:1,deny,status:403,log"
`;
const INJECTION = `/?id=${encodeURIComponent("1' or '1'='1")}`;
const SCRIPT = '<script>alert(document.cookie)</script>';

const route = (id: string, more: string): string =>
  `  - { id: ${id}, path: /${id}/*, stripPrefix: /${id}, upstream: '\${UPSTREAM_URL}', scopes: { '*': [] }, ${more} }\n`;
const routesOf = (waf: string, excluded = ''): string =>
  `${waf}forwardAuth: { proxies: [127.0.0.1] }\nroutes:\n${[
    route('block', `waf: { mode: block, rules: [own.conf], bodyBytes: 10000, exclude: [920350${excluded}] }`),
    route('watch', 'waf: { mode: detect, bodyBytes: 10000 }'),
    route('off', "waf: { mode: 'off' }"),
    route('plain', 'maxBodyBytes: 1000000'),
    route(
      'keyed',
      'credentials: { header: X-Key }, waf: { mode: block, rules: [own.conf], exclude: [920350] }',
    ),
  ].join('')}`;
const posted = (type: string, body: string): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': type },
  body,
});

describe('the firewall', () => {
  let files: ModSecurityFiles;
  let stage: Stage;
  let token: string;
  const at = (path: string, init: RequestInit = {}, gateway: RunningGateway = stage.gateway) =>
    call(`${gateway.url}${path}`, token, init);
  const decisionOn = async ({ headers }: Called) => {
    const answer = await call(
      `${stage.gateway.adminUrl}/v1/decisions/${headers.get('x-request-id')}`,
      ADMIN_TOKEN,
    );
    return DecisionAnswer.parse(JSON.parse(answer.body));
  };
  const metric = async (pattern: RegExp, gateway: RunningGateway = stage.gateway) =>
    Number(pattern.exec(await (await fetch(`${gateway.adminUrl}/metrics`)).text())?.[1] ?? 'NaN');

  beforeAll(async () => {
    files = await unpackModSecurity();
    stage = await setStage({ routes: route('plain', '').replace(/^/, 'routes:\n'), env: files.env });
    ({ token } = stage.issuer.issue());
    await writeFile(join(stage.gateway.dir, 'own.conf'), OWN_RULES);
    await writeFile(stage.gateway.routesFile, routesOf(files.waf));
    await until(async () => (await at('/off/x')).status === 200, 60_000);
  });
  afterAll(async () => {
    await stage.stop();
    await files.remove();
  });

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
    const before = stage.upstream.received;
    expect(await at(path, init)).toMatchObject({ status: 403, code: 'waf-refused' });
    expect(stage.upstream.received).toBe(before);
  });

  it.each<[string, string, RequestInit]>([
    ['a plain request', '/block/orders/12?page=2&sort=-created', {}],
    ['JSON', '/block/count', posted('application/json', '{"name":"Ann O’Neill","tags":["a","b"]}')],
    ['a form', '/block/', posted('application/x-www-form-urlencoded', 'name=Ann&city=K%C3%B6ln')],
    ['a change', '/block/orders/1', { ...posted('application/json', '{"state":"paid"}'), method: 'PATCH' }],
    ['a deletion', '/block/orders/1', { method: 'DELETE' }],
    ['JSON without a body', '/block/', { headers: { 'content-type': 'application/json' } }],
    ['an attack where it is off', `/off${INJECTION}`, {}],
  ])('lets %s pass', async (_, path, init) => {
    expect(await at(path, init)).toMatchObject({ status: 200, code: '' });
  });

  it('says in the decision which rules matched, and nothing of what was sent', async () => {
    const decision = await decisionOn(await at('/block/?id=1%27%20or%20%27sentinel%27=%27sentinel'));
    expect(decision).toMatchObject({ code: 'waf-refused', refusedBy: 'waf' });
    expect(decision.findings).toContain('waf-942100');
    expect(decision.findings).not.toContain('waf-949110');
    expect(decision.steps).toContainEqual({ policy: 'waf', result: 'refused' });
    expect(JSON.stringify(decision) + stage.gateway.logs()).not.toContain('sentinel');
  });

  it('only notes what it finds where it detects, whole bodies beyond its bound too', async () => {
    const answer = await at(`/watch${INJECTION}`);
    expect(answer.status).toBe(200);
    expect(await decisionOn(answer)).toMatchObject({
      outcome: 'served',
      findings: expect.arrayContaining(['waf-942100']),
    });
    const body = 'x'.repeat(200_000);
    const long = await at('/watch/count', posted('text/plain', body));
    expect(long.body).toBe('200000');
    expect((await decisionOn(long)).findings).toContain('waf-body-unread');
  });

  it('refuses a body that it may not read whole', async () => {
    expect(await at('/block/count', posted('text/plain', 'x'.repeat(10_001)))).toMatchObject({
      code: 'body-too-large',
    });
  });

  it('never shows the engine a token', async () => {
    expect((await at('/block/x')).status).toBe(200); // rule 1002 would refuse it
    const keyed = await fetch(`${stage.gateway.url}/keyed/x`, { headers: { 'x-key': token } });
    expect(keyed.status).toBe(200);
  });

  it('looks at what another proxy asks about', async () => {
    const asked = (uri: string) =>
      at('/.gatehouse/authorize', {
        headers: {
          'x-forwarded-method': 'GET',
          'x-forwarded-uri': uri,
          'x-forwarded-host': 'api.example.com',
        },
      });
    expect(await asked(`/block${INJECTION}`)).toMatchObject({ code: 'waf-refused' });
    expect((await asked('/block/orders')).status).toBe(200);
  });

  it('leaves out a rule once it is excluded and the file saved', async () => {
    const path = `/block${INJECTION}`;
    expect((await at(path)).code).toBe('waf-refused');
    await writeFile(stage.gateway.routesFile, routesOf(files.waf, ', 942100'));
    await eventually(async () => expect((await at(path)).status).toBe(200));
    expect((await at('/block/?file=/etc/passwd')).code).toBe('waf-refused');
  });

  it('keeps the rules in force when new ones cannot be read, and says where', async () => {
    await writeFile(join(stage.gateway.dir, 'own.conf'), `${OWN_RULES}SecRule nonsense\n`);
    await writeFile(stage.gateway.routesFile, `${routesOf(files.waf)}\n# saved again\n`);
    await eventually(async () => {
      const { rejected } = await stage.gateway.activeRoutes();
      expect(rejected).toMatch(/waf: the rules cannot be used: .*own\.conf.* Line: 4/s);
    });
    expect((await at('/block/?coupon=stolen')).code).toBe('waf-refused');
    await writeFile(join(stage.gateway.dir, 'own.conf'), OWN_RULES);
    await writeFile(stage.gateway.routesFile, routesOf(files.waf));
    await eventually(async () => expect((await stage.gateway.activeRoutes()).rejected).toBeNull());
  });

  it('fails closed where it blocks and open where it detects when it cannot keep up, and recovers', async () => {
    const tight = files.waf.replace(
      'threads: 2, timeoutMs: 20000',
      'threads: 1, timeoutMs: 10, maxWaiting: 1',
    );
    const gateway = await stage.another({
      routes: `${tight}routes:\n${route('block', 'waf: { mode: block }')}${route('watch', 'waf: { mode: detect }')}`,
    });
    const heavy = posted('application/x-www-form-urlencoded', `a=${'select%20'.repeat(10_000)}`);
    const burst = (path: string) => Promise.all(Array.from({ length: 20 }, () => at(path, heavy, gateway)));
    await eventually(async () => expect((await at('/watch/x', {}, gateway)).status).toBe(200));
    const before = stage.upstream.received;
    const refused = await burst('/block/count');
    expect(refused.filter(({ code }) => code === 'waf-unavailable').length).toBeGreaterThan(0);
    expect(refused.every(({ code }) => code.startsWith('waf-'))).toBe(true);
    expect(stage.upstream.received).toBe(before);
    expect((await burst('/watch/count')).every(({ status }) => status === 200)).toBe(true);
    await eventually(async () => expect((await at('/block/x', {}, gateway)).status).toBe(200));
    expect(await metric(/waf_restarted_threads (\d+)/, gateway)).toBeGreaterThan(0);
    expect(await metric(/waf_looks_total\{verdict="unavailable"\} (\d+)/, gateway)).toBeGreaterThan(0);
  });

  it('is asked for in vain where there is no library or no rules, and the gateway says so and ends', async () => {
    const start = (waf: string) => stage.another({ routes: routesOf(waf) });
    await expect(start('waf: { library: ./nowhere.so }\n')).rejects.toThrow(/coreRules.*cannot be used/);
    await expect(start(`waf: { library: ./nowhere.so, coreRules: ${files.coreRules} }\n`)).rejects.toThrow(
      /waf\.rules: own\.conf cannot be read/,
    );
    const bare = `waf: { library: ./nowhere.so, coreRules: ${files.coreRules} }\nroutes:\n`;
    await expect(stage.another({ routes: bare + route('block', 'waf: { mode: block }') })).rejects.toThrow(
      /waf\.library: .*nowhere\.so cannot be used .*libmodsecurity3/,
    );
  });
});
