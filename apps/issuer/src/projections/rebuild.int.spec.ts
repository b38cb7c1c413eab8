import { RebuildStep } from '@gatehouse/contracts';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { configurationOf, signIn } from '../../test/oauth/signed-in.js';
import { RESOURCE } from '../../test/oauth/stage.js';
import { setWorkloadStage, type WorkloadStage } from '../../test/oauth/workload-stage.js';
import { type PopulatedTenant, populate } from '../../test/two-tenants/populated-tenant.js';
import { Rebuild } from './rebuild.js';

/** What events do not give back, and a rebuild leaves alone. */
const NOT_READ_MODELS = [
  'events',
  'migrations',
  'relay_checkpoint',
  'kept_answer',
  'oauth_artifact',
  'personal_key',
  'user_password',
  'totp_factor',
  'recovery_code_set',
  'recovery_code',
  'passkey',
  'identity_provider',
  'identity_link',
  'credit_account',
  'credit_lease',
  'session',
  'password_reset',
  'invitation_code',
  'factor_attempt',
  'secret_use',
  'trait_use',
  'api_document',
];

let issuer: WorkloadStage;
let tenant: PopulatedTenant;
beforeAll(async () => {
  issuer = await setWorkloadStage();
  tenant = await populate(issuer, 'acme');
  await issuer.bearer(await issuer.job());
  await signIn(issuer, await configurationOf(issuer, await issuer.registerWeb()));
});
afterAll(() => issuer.stop());

type Done = Extract<RebuildStep, { step: 'done' }>;

async function rebuild(check: boolean): Promise<Done> {
  const response = await fetch(`${issuer.url}/v1/projections/rebuild`, {
    method: 'POST',
    headers: { authorization: `Bearer ${issuer.adminToken}`, 'content-type': 'application/json' },
    body: JSON.stringify({ check }),
  });
  const steps = (await response.text())
    .trim()
    .split('\n')
    .map((line) => RebuildStep.parse(JSON.parse(line)));
  expect(steps[0]?.step).toBe('replaying');
  return steps.at(-1) as Done;
}

const differing = ({ tables }: Done) =>
  Object.fromEntries(tables.flatMap(({ table, differing: rows }) => (rows === 0 ? [] : [[table, rows]])));
const issue = async (terms: Record<string, unknown> = {}) =>
  (await issuer.call('POST', '/v1/tokens', { name: 'CI', scopes: ['demo:read'], ...terms })).body;
const get = async (id: string) => (await issuer.call('GET', `/v1/tokens/${id}`)).body;

/** A bit of everything that can happen. */
async function liveALittle(): Promise<void> {
  const denied = { ipDeny: ['10.9.0.0/16'] };
  const [a, b, c] = [await issue({ rotation: { everyDays: 30 } }), await issue(denied), await issue()];
  const post = (path: string, body: unknown) => issuer.call('POST', path, body);
  await issuer.call('PATCH', `/v1/tokens/${a.id}`, { name: 'renamed', ipAllow: ['10.0.0.0/8'], ...denied });
  await post(`/v1/tokens/${a.id}/rotate`, { overlapSeconds: 3600 });
  await post(`/v1/tokens/${a.id}/rotate`, { overlapSeconds: 0 });
  await post(`/v1/tokens/${b.id}/suspend`, { reason: 'odd' });
  await post(`/v1/tokens/${c.id}/revoke`, { reason: 'leaked' });
  const accounts = await Promise.all(
    ['kept', 'deleted', 'acted as'].map((name) =>
      post('/v1/service-accounts', { name, owner: issuer.user.id, scopes: ['demo:read'] }),
    ),
  );
  const [kept, deleted, actedAs] = accounts.map(({ body }) => body.id);
  for (const serviceAccountId of [kept, deleted]) await issue({ serviceAccountId });
  await issuer.call('PATCH', `/v1/service-accounts/${kept}`, { description: 'nightly' });
  await post(`/v1/service-accounts/${kept}/suspend`, { reason: 'review' });
  await issuer.call('DELETE', `/v1/service-accounts/${deleted}`);
  const { body: application } = await post('/v1/applications', {
    name: 'app',
    grantTypes: ['client_credentials'],
    resources: ['https://api.example'],
    scopes: ['demo:read'],
    plan: 'gold',
    serviceAccountId: actedAs,
  });
  await fetch(`${issuer.url}/oauth/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa(`${application.id}:${application.clientSecret}`)}` },
    body: new URLSearchParams({ grant_type: 'client_credentials' }),
  });
  await post(`/v1/applications/${application.id}/rotate-secret`, {});
  await post(`/v1/applications/${application.id}/disable`, { reason: 'over' });
}

describe('POST /v1/projections/rebuild', () => {
  it('knows of every table whether its events give it back', async () => {
    const tables = (await rebuild(true)).tables.map(({ table }) => table);
    const all = await issuer.dataSource.query<{ name: string }[]>(
      `select tablename as name from pg_tables where schemaname = 'issuer'`,
    );
    expect([...tables, ...NOT_READ_MODELS].toSorted()).toEqual(all.map(({ name }) => name).toSorted());
  });

  it('proves by checksums that the read models are what their events give', async () => {
    await liveALittle();
    await issuer.call('POST', '/v1/keys/rotate', { algorithm: 'ES256' });
    await issuer.call('POST', '/v1/resources', { resource: RESOURCE, name: 'Invoices' });
    await issuer.call('PATCH', `/v1/users/${issuer.user.id}`, { name: 'Ada Lovelace' });
    await issuer.call('POST', `/v1/users/${issuer.user.id}/disable`, { reason: 'left' });
    const { users, tenants } = tenant.ids;
    const owner = { authorization: `Bearer ${tenant.token}` };
    await issuer.call('DELETE', `/v1/users/${users}`, undefined, owner);
    await issuer.call('POST', `/v1/tenants/${tenants}/suspend`, { reason: 'unpaid' });
    await issuer.call('POST', `/v1/tenants/${tenants}/resume`, { reason: 'paid' });
    const outcome = await rebuild(false);
    expect([differing(outcome), outcome.replaced]).toEqual([{}, false]);
    for (const { checksums } of outcome.tables) expect(checksums.rebuilt).toBe(checksums.live);
    const rows = Object.fromEntries(outcome.tables.map((table) => [table.table, table.rows]));
    expect(rows).toMatchObject({
      api: 1,
      tenant: 2,
      custom_scope: 1,
      person: 1,
      resource: 2,
      trusted_issuer: 2,
      workload_token: 1,
    });
    for (const table of ['signing_key', 'token_summary', 'token_secret', 'access_token'])
      expect(rows[table]).toBeGreaterThan(1);
  });

  it('finds rows that were changed, lost or made up; replaces them only when asked to', async () => {
    const [changed, lost] = [await issue(), await issue()];
    const { dataSource } = issuer;
    await dataSource.query(`update token_summary set scopes = '{audit:read}' where id = $1`, [changed.id]);
    await dataSource.query('delete from token_secret where token_id = $1', [lost.id]);
    await dataSource.query('delete from token_summary where id = $1', [lost.id]);
    await dataSource.query(
      `insert into token_secret (id, token_id, hash, last4, added_at) values ('sec_forged', $1, 'x', 'xxxx', now())`,
      [changed.id],
    );
    await dataSource.query('delete from person');
    await dataSource.query('delete from access_token where user_id is not null'); // of one who was disabled
    await dataSource.query('delete from workload_token');
    await dataSource.query('update signing_key set activate_at = now()');
    const damage = { token_summary: 2, token_secret: 2, person: 1, access_token: 1, workload_token: 1 };
    const found = await rebuild(true);
    expect(differing(found)).toMatchObject(damage);
    expect(found.replaced).toBe(false);
    expect((await get(changed.id)).scopes).toEqual(['audit:read']);

    const repaired = await rebuild(false);
    expect(differing(repaired)).toMatchObject(damage);
    expect([repaired.replaced, differing(await rebuild(true))]).toEqual([true, {}]);
    const { token: _token, ...view } = lost;
    expect(await get(lost.id)).toEqual(view);
    expect((await get(changed.id)).secrets).toHaveLength(1);
    const verdict = await issuer.call('POST', '/v1/tokens/verify', { token: lost.token });
    expect(verdict.body.valid).toBe(true);
    const [keys] = await dataSource.query<{ sealed: string }[]>(
      'select count(sealed_private_jwk) as sealed from signing_key',
    );
    expect(Number(keys?.sealed)).toBeGreaterThan(0);
  });

  it('is right while the issuer goes on issuing, rotating and revoking', async () => {
    const enough = new AbortController();
    const work = Promise.all(
      [1, 2].map(async () => {
        while (!enough.signal.aborted) await liveALittle();
      }),
    );
    const outcomes = [await rebuild(true)];
    const { id } = await issue();
    await issuer.dataSource.query(`update token_summary set name = 'damaged' where id = $1`, [id]);
    outcomes.push(await rebuild(false), await rebuild(true));
    enough.abort();
    await work;
    expect(outcomes.map(differing)).toEqual([{}, { token_summary: 1 }, {}]);
    expect((await get(id)).name).toBe('CI');
  });

  it('refuses a second one meanwhile, leaves nothing behind, and is the operator’s alone', async () => {
    const first = issuer.get(Rebuild).run(true);
    await first.next();
    const second = await issuer.call('POST', '/v1/projections/rebuild', { check: true });
    expect([second.status, second.body.code]).toEqual([409, 'conflict']);
    await first.return();
    const left = await issuer.dataSource.query(`select from pg_namespace where nspname = 'issuer_rebuild'`);
    expect(left).toEqual([]);
    const reader = { authorization: `Bearer ${issuer.readerToken}` };
    expect((await issuer.call('POST', '/v1/projections/rebuild', {}, reader)).status).toBe(403);
  });
});
