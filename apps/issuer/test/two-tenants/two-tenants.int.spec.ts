import { FeedAnswer, parseEvent, permissions } from '@gatehouse/contracts';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { HttpAdapterHost } from '@nestjs/core';
import { type Answer, startIssuer } from '../start-issuer.js';
import { isPublic, PLANS, type Plan, USUAL } from './plans.js';
import { type PopulatedTenant, populate, tokenWith } from './populated-tenant.js';
import { type Route, routesOf } from './route-table.js';
import { stateOf } from './tenant-state.js';

const nameOf = ({ method, path }: Route): string => `${method} ${path}`;
const all = <T>(some: readonly Route[], value: T): Record<string, T> =>
  Object.fromEntries(some.map((route) => [nameOf(route), value]));
const short = ({ status, body }: Answer): string => `${status} ${body?.code ?? ''}`.trim();
const withoutId = ({ status, body }: Answer) => ({
  status,
  code: body?.code,
  detail: String(body?.detail).replaceAll(/[0-9a-f]{32}|victim|nobody/g, '…'),
});
/** Well-formed ids of nothing. */
const absent = (id: string): string =>
  id.replace(/[0-9a-f]{32}$/, 'f'.repeat(32)).replace(/^victim/, 'nobody');
const NO_ID = `key_${'0'.repeat(32)}`;

function planOf(route: Route): Plan {
  const plan = PLANS[nameOf(route)] ?? (route.path.includes(':') ? USUAL[route.method] : undefined);
  if (!plan) throw new Error(`${nameOf(route)} is new: say in plans.ts how a stranger would call it`);
  return plan;
}

/** What each route answered, by its name. */
async function sweep<T>(
  some: readonly Route[],
  ask: (route: Route) => Promise<T>,
): Promise<Record<string, T>> {
  const answers: Record<string, T> = {};
  for (const route of some) answers[nameOf(route)] = await ask(route);
  return answers;
}

/** Every route the running application has registered, so that a new one is swept without being listed anywhere (F131). */
describe('two tenants on every route', () => {
  let issuer: Awaited<ReturnType<typeof startIssuer>>;
  let victim: PopulatedTenant;
  let mighty: string;
  let powerless: string;
  let routes: Route[];
  let before: Record<string, string[]>;

  beforeAll(async () => {
    issuer = await startIssuer();
    victim = await populate(issuer, 'victim');
    await populate(issuer, 'stranger');
    mighty = await tokenWith(issuer, 'stranger', Object.keys(permissions));
    powerless = await tokenWith(issuer, 'stranger', ['demo:read']);
    routes = routesOf(issuer.get(HttpAdapterHost).httpAdapter.getInstance()).filter(
      ({ path }) => !isPublic(path),
    );
    before = await stateOf(issuer.dataSource, 'victim');
  });
  afterAll(() => issuer.stop());

  const call = (route: Route, token: string | undefined, named = victim): Promise<Answer> =>
    issuer.call(
      route.method,
      route.path.replaceAll(/:\w+/g, named.ids[route.path.split('/')[2] ?? ''] ?? NO_ID),
      planOf(route).body?.(named),
      { authorization: token === undefined ? '' : `Bearer ${token}` },
    );
  const expecting = (kind: Plan['expects']) => routes.filter((route) => planOf(route).expects === kind);

  it('finds the routes there are, and a plan for each', () => {
    expect(routes.length).toBeGreaterThan(30);
    for (const known of Object.keys(PLANS)) expect(routes.map(nameOf)).toContain(known);
    for (const route of routes) expect(() => planOf(route)).not.toThrow();
  });

  it('lets nobody in without a token', async () => {
    expect(await sweep(routes, async (route) => short(await call(route, undefined)))).toEqual(
      all(routes, '401 token-missing'),
    );
  });

  it('lets nobody do what his token does not permit', async () => {
    expect(await sweep(routes, async (route) => short(await call(route, powerless)))).toEqual(
      all(routes, '403 scope-insufficient'),
    );
  });

  it('refuses what concerns every tenant, whatever scopes a stranger came by', async () => {
    const some = expecting('operator');
    expect(await sweep(some, async (route) => short(await call(route, mighty)))).toEqual(
      all(some, '403 scope-insufficient'),
    );
  });

  it('says of another tenant’s things what it says of things that do not exist', async () => {
    const some = expecting('stranger');
    const foreign = await sweep(some, async (route) => withoutId(await call(route, mighty)));
    const ids = Object.entries(victim.ids).map(([of, id]) => [of, absent(id)]);
    const nobody = { ...victim, ids: Object.fromEntries(ids) };
    const nothing = await sweep(some, async (route) => withoutId(await call(route, mighty, nobody)));
    expect(Object.fromEntries(Object.entries(foreign).map(([name, { status }]) => [name, status]))).toEqual(
      all(some, 404),
    );
    expect(foreign).toEqual(nothing);
  });

  it('shows nothing of another tenant where a stranger reads or writes his own', async () => {
    const some = expecting('own');
    const answers = await sweep(some, async (route) => {
      const { status, body } = await call(route, mighty);
      const text = JSON.stringify(body);
      // What he sent himself, he knows.
      const sent = JSON.stringify(planOf(route).body?.(victim) ?? '');
      const seen = victim.marks.filter((mark) => text.includes(mark) && !sent.includes(mark));
      return { ok: status < 300, seen };
    });
    expect(answers).toEqual(all(some, { ok: true, seen: [] }));
  });

  it('has changed nothing of the other tenant’s after all of that', async () => {
    expect(await stateOf(issuer.dataSource, 'victim')).toEqual(before);
    expect(Object.values(before).flat().length).toBeGreaterThan(10);
  });

  it('publishes of all that nothing but what the schemas of its events have', async () => {
    const seen = new Set<string>();
    for (let after = '0.0', complete = false; !complete; ) {
      const page = FeedAnswer.parse((await issuer.call('GET', `/v1/events?after=${after}`)).body);
      for (const event of page.events) {
        expect(parseEvent(event)).toEqual(event);
        seen.add(String(event.type));
      }
      ({ next: after, complete } = page);
    }
    expect(seen.size).toBeGreaterThan(20);
  });
});
