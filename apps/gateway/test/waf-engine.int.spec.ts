import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { eventually } from '@gatehouse/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { RunningGateway } from './running-gateway.js';
import { INJECTION, OWN_RULES, posted, routeOf, routesOf, WafStage } from './waf-stage.js';

const metric = async (pattern: RegExp, { adminUrl }: RunningGateway) =>
  Number(pattern.exec(await (await fetch(`${adminUrl}/metrics`)).text())?.[1] ?? 'NaN');

describe('the firewall’s engine', () => {
  let all: WafStage;

  beforeAll(async () => {
    all = await WafStage.start();
  });
  afterAll(() => all.stop());

  it('leaves out a rule once it is excluded and the file saved', async () => {
    const path = `/block${INJECTION}`;
    expect((await all.at(path)).code).toBe('waf-refused');
    await writeFile(all.stage.gateway.routesFile, routesOf(all.files.waf, ', 942100'));
    await eventually(async () => expect((await all.at(path)).status).toBe(200));
    expect((await all.at('/block/?file=/etc/passwd')).code).toBe('waf-refused');
  });

  it('keeps the rules in force when new ones cannot be read, and says where', async () => {
    await writeFile(join(all.stage.gateway.dir, 'own.conf'), `${OWN_RULES}SecRule nonsense\n`);
    await writeFile(all.stage.gateway.routesFile, `${routesOf(all.files.waf)}\n# saved again\n`);
    await eventually(async () => {
      const { rejected } = await all.stage.gateway.activeRoutes();
      expect(rejected).toMatch(/waf: the rules cannot be used: .*own\.conf.* Line: 4/s);
    });
    expect((await all.at('/block/?coupon=stolen')).code).toBe('waf-refused');
    await writeFile(join(all.stage.gateway.dir, 'own.conf'), OWN_RULES);
    await writeFile(all.stage.gateway.routesFile, routesOf(all.files.waf));
    await eventually(async () => expect((await all.stage.gateway.activeRoutes()).rejected).toBeNull());
  });

  it('fails closed where it blocks and open where it detects when it cannot keep up, and recovers', async () => {
    const tight = all.files.waf.replace(
      'threads: 2, timeoutMs: 20000',
      'threads: 1, timeoutMs: 10, maxWaiting: 1',
    );
    const gateway = await all.stage.another({
      routes: `${tight}routes:\n${routeOf('block', 'waf: { mode: block }')}${routeOf('watch', 'waf: { mode: detect }')}`,
    });
    const heavy = posted('application/x-www-form-urlencoded', `a=${'select%20'.repeat(10_000)}`);
    const burst = (path: string) =>
      Promise.all(Array.from({ length: 12 }, () => all.at(path, heavy, gateway)));
    await eventually(async () => expect((await all.at('/watch/x', {}, gateway)).status).toBe(200));
    const before = all.stage.upstream.received;
    const refused = await burst('/block/count');
    expect(refused.filter(({ code }) => code === 'waf-unavailable').length).toBeGreaterThan(0);
    expect(refused.every(({ code }) => code.startsWith('waf-'))).toBe(true);
    expect(all.stage.upstream.received).toBe(before);
    expect((await burst('/watch/count')).every(({ status }) => status === 200)).toBe(true);
    await eventually(async () => expect((await all.at('/block/x', {}, gateway)).status).toBe(200));
    expect(await metric(/waf_restarted_threads (\d+)/, gateway)).toBe(0);
    expect(await metric(/waf_looks_total\{verdict="unavailable"\} (\d+)/, gateway)).toBeGreaterThan(0);
  });

  it.each([
    [
      'rules that are not there',
      /own\.conf/g,
      'none.conf',
      /route block, waf\.rules: none\.conf cannot be read/,
    ],
    [
      'core rules that are not there',
      /coreRules: [^,]*/,
      'coreRules: none',
      /waf\.coreRules: .*modsecurity-crs/,
    ],
    ['more threads than it was started with', /threads: 2/, 'threads: 3', /takes a restart/],
  ])('refuses %s, and keeps what is in force', async (_, written, instead, said) => {
    const { gateway } = all.stage;
    await writeFile(gateway.routesFile, routesOf(all.files.waf).replace(written, instead));
    await eventually(async () => expect((await gateway.activeRoutes()).rejected).toMatch(said));
    expect((await all.at('/block/?coupon=stolen')).code).toBe('waf-refused');
  });

  it('is asked for in vain where there is no library: the gateway says so and ends', async () => {
    const waf = all.files.waf.replace(/library: [^,]*/, 'library: ./nowhere.so');
    const routes = `${waf}routes:\n${routeOf('block', 'waf: { mode: block }')}`;
    await expect(all.stage.another({ routes })).rejects.toThrow(
      /waf\.library: .*nowhere\.so cannot be used .*libmodsecurity3/,
    );
  });
});
