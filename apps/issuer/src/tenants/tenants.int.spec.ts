import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Answer, startIssuer } from '../../test/start-issuer.js';

type Issuer = Awaited<ReturnType<typeof startIssuer>>;

const codeOf = ({ status, body }: Answer) => [status, body.code];
const plain = { name: 'plain', scopes: ['demo:read'] };

describe('tenants', () => {
  let issuer: Issuer;
  let made = 0;

  beforeAll(async () => {
    issuer = await startIssuer();
  });
  afterAll(() => issuer.stop());

  const as =
    (token: string) =>
    (method: string, path: string, body?: unknown): Promise<Answer> =>
      issuer.call(method, path, body, { authorization: `Bearer ${token}` });

  /** A tenant, and what its owner may call. */
  const newTenant = async (policy: Record<string, unknown> = {}) => {
    const id = `acme-${++made}`;
    const created = await issuer.call('POST', '/v1/tenants', { id, name: 'Acme', policy });
    expect(created.status).toBe(201);
    const owner = await issuer.call('POST', `/v1/tenants/${id}/owner-tokens`, { name: 'first owner' });
    expect(owner.status).toBe(201);
    return { id, token: String(owner.body.token), call: as(String(owner.body.token)) };
  };

  it('are created once, with the operator’s there from the start', async () => {
    expect((await issuer.call('GET', '/v1/tenants/default')).body.status).toBe('active');
    const { id } = await newTenant();
    const again = await issuer.call('POST', '/v1/tenants', { id, name: 'Other' });
    expect(codeOf(again)).toEqual([409, 'conflict']);
    const bad = await issuer.call('POST', '/v1/tenants', { id: 'A b', name: 'x' });
    expect(codeOf(bad)).toEqual([400, 'body-invalid']);
  });

  it('let an owner in by a token of their own, with the tenant’s rights and none of the operator’s', async () => {
    const { id, call } = await newTenant();
    const issued = await call('POST', '/v1/tokens', { ...plain, scopes: ['role:developer', 'tokens:write'] });
    expect([issued.status, issued.body.tenant]).toEqual([201, id]);
    expect(codeOf(await call('POST', '/v1/tokens', { ...plain, scopes: ['tenants:manage'] }))).toEqual([
      403,
      'scope-not-grantable',
    ]);
    for (const path of ['/v1/events', '/v1/keys'])
      expect(codeOf(await call('GET', path))).toEqual([403, 'scope-insufficient']);
  });

  it('see and change themselves alone', async () => {
    const [one, two] = [await newTenant(), await newTenant()];
    expect((await one.call('GET', '/v1/tenants')).body.items.map(({ id }: { id: string }) => id)).toEqual([
      one.id,
    ]);
    for (const foreign of [two.id, 'nobody-there'])
      expect(codeOf(await one.call('GET', `/v1/tenants/${foreign}`))).toEqual([404, 'not-found']);
    expect(codeOf(await one.call('PATCH', `/v1/tenants/${two.id}`, { name: 'x' }))).toEqual([
      404,
      'not-found',
    ]);
    const renamed = await one.call('PATCH', `/v1/tenants/${one.id}`, { name: 'Acme & Sons' });
    expect([renamed.status, renamed.body.name]).toEqual([200, 'Acme & Sons']);
    for (const verb of ['suspend', 'resume'])
      expect(codeOf(await one.call('POST', `/v1/tenants/${one.id}/${verb}`, { reason: 'x' }))).toEqual([
        403,
        'scope-insufficient',
      ]);
  });

  it('are let through nowhere while suspended, and as before when resumed', async () => {
    const { id, call } = await newTenant();
    const app = await call('POST', '/v1/applications', {
      name: 'Batch',
      grantTypes: ['client_credentials'],
      resources: ['https://api.example'],
      scopes: ['demo:read'],
    });
    const grant = () =>
      fetch(`${issuer.url}/oauth/token`, {
        method: 'POST',
        headers: { authorization: `Basic ${btoa(`${app.body.id}:${app.body.clientSecret}`)}` },
        body: new URLSearchParams({ grant_type: 'client_credentials' }),
      });
    expect([(await call('GET', '/v1/tokens')).status, (await grant()).status]).toEqual([200, 200]);
    await issuer.call('POST', `/v1/tenants/${id}/suspend`, { reason: 'unpaid' });
    expect(codeOf(await call('GET', '/v1/tokens'))).toEqual([401, 'token-suspended']);
    const refused = await grant();
    expect([refused.status, await refused.json()]).toEqual([
      401,
      expect.objectContaining({ error: 'invalid_client' }),
    ]);
    const resumed = await issuer.call('POST', `/v1/tenants/${id}/resume`, { reason: 'paid' });
    expect(resumed.body).toMatchObject({ status: 'active', suspendedReason: null });
    expect([(await call('GET', '/v1/tokens')).status, (await grant()).status]).toEqual([200, 200]);
    expect(codeOf(await issuer.call('POST', '/v1/tenants/default/suspend', { reason: 'x' }))).toEqual([
      409,
      'conflict',
    ]);
  });

  describe('have policies that', () => {
    it('bound how long tokens live, when issued alone, in bulk and by OAuth', async () => {
      const { id, call } = await newTenant({ maxTtlSeconds: 300 });
      const long = { ...plain, expiresInSeconds: 301 };
      expect(codeOf(await call('POST', '/v1/tokens', long))).toEqual([403, 'policy-ttl-exceeded']);
      expect((await call('POST', '/v1/tokens', { ...plain, expiresInSeconds: 300 })).status).toBe(201);
      const { body: byDefault } = await call('POST', '/v1/tokens', plain);
      expect(Date.parse(byDefault.expiresAt) - Date.parse(byDefault.createdAt)).toBeLessThanOrEqual(301_000);
      const bulk = await call('POST', '/v1/tokens/bulk', { tokens: [long, plain] });
      expect(
        bulk.body.results.map((r: { ok: boolean; problem?: { code: string } }) => r.problem?.code),
      ).toEqual(['policy-ttl-exceeded', undefined]);
      const app = await call('POST', '/v1/applications', {
        name: 'Batch',
        grantTypes: ['client_credentials'],
        resources: ['https://api.example'],
        scopes: ['demo:read'],
      });
      const granted = await fetch(`${issuer.url}/oauth/token`, {
        method: 'POST',
        headers: { authorization: `Basic ${btoa(`${app.body.id}:${app.body.clientSecret}`)}` },
        body: new URLSearchParams({ grant_type: 'client_credentials' }),
      });
      expect(await granted.json()).toMatchObject({ expires_in: 300 });
      await call('PATCH', `/v1/tenants/${id}`, { policy: { maxTtlSeconds: null } });
      expect((await call('POST', '/v1/tokens', long)).status).toBe(201);
    });

    it('let a token live for ever only where that is allowed', async () => {
      const { id, call } = await newTenant();
      const forever = { ...plain, expiresInSeconds: null };
      expect(codeOf(await call('POST', '/v1/tokens', forever))).toEqual([403, 'policy-expiry-required']);
      await call('PATCH', `/v1/tenants/${id}`, { policy: { allowsNeverExpiring: true } });
      expect((await call('POST', '/v1/tokens', forever)).body.expiresAt).toBeNull();
    });

    it('ask for addresses, also of a change', async () => {
      const { call } = await newTenant({ requiresIpAllow: true });
      expect(codeOf(await call('POST', '/v1/tokens', plain))).toEqual([403, 'policy-ip-list-required']);
      const { body } = await call('POST', '/v1/tokens', { ...plain, ipAllow: ['192.0.2.0/24'] });
      const emptied = await call('PATCH', `/v1/tokens/${body.id}`, { ipAllow: [] });
      expect(codeOf(emptied)).toEqual([403, 'policy-ip-list-required']);
      expect((await call('PATCH', `/v1/tokens/${body.id}`, { name: 'other' })).status).toBe(200);
    });

    it('say what a role may grant, also by a change', async () => {
      const { call } = await newTenant({ scopesByRole: { developer: ['demo:*', 'tokens:read'] } });
      const developer = as(
        (await call('POST', '/v1/tokens', { name: 'dev', scopes: ['role:developer'] })).body.token,
      );
      const { status, body } = await developer('POST', '/v1/tokens', {
        ...plain,
        scopes: ['demo:write', 'tokens:read'],
      });
      expect(status).toBe(201);
      const refused = [403, 'policy-scope-refused'];
      const other = { ...plain, scopes: ['billing:read'] };
      expect(codeOf(await developer('POST', '/v1/tokens', other))).toEqual(refused);
      expect(codeOf(await developer('PATCH', `/v1/tokens/${body.id}`, { scopes: other.scopes }))).toEqual(
        refused,
      );
      expect((await call('POST', '/v1/tokens', other)).status).toBe(201); // an owner is not on the list
    });

    it('let tokens have defined scopes alone, each by its pattern, until they are retired', async () => {
      const { call } = await newTenant({ definedScopesOnly: true });
      const terms = { category: 'Invoices', description: 'Read one’s invoices' };
      const path = `/v1/scopes/${encodeURIComponent('invoice:read:{user_id}')}`;
      expect((await call('PUT', path, terms)).body).toEqual({ name: 'invoice:read:{user_id}', ...terms });
      expect((await call('GET', '/v1/scopes')).body.items).toEqual([
        { name: 'invoice:read:{user_id}', ...terms },
      ]);
      const refused = [403, 'policy-scope-undefined'];
      const bound = { name: 'bound', scopes: ['invoice:read:42', 'tokens:read'] };
      const { status, body } = await call('POST', '/v1/tokens', bound);
      expect(status).toBe(201);
      expect(codeOf(await call('POST', '/v1/tokens', plain))).toEqual(refused);
      expect(codeOf(await call('PATCH', `/v1/tokens/${body.id}`, { scopes: plain.scopes }))).toEqual(refused);
      expect((await call('DELETE', path)).status).toBe(204);
      expect(codeOf(await call('POST', '/v1/tokens', bound))).toEqual(refused);
    });

    it('begin new secrets with the tenant’s own prefix', async () => {
      const { call } = await newTenant({ tokenPrefix: 'acme' });
      const { body } = await call('POST', '/v1/tokens', plain);
      expect(body.token).toMatch(/^acme_live_/);
      const rotated = await call('POST', `/v1/tokens/${body.id}/rotate`, { overlapSeconds: 0 });
      expect(rotated.body.token).toMatch(/^acme_live_/);
    });
  });
});
