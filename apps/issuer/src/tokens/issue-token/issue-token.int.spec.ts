import { Problem } from '@gatehouse/contracts';
import { digestOfToken, parseOpaqueToken } from '@gatehouse/kernel';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startIssuer } from '../../../test/start-issuer.js';

let issuer: Awaited<ReturnType<typeof startIssuer>>;
beforeAll(async () => {
  issuer = await startIssuer();
});
afterAll(() => issuer.stop());

const body = { name: 'CI', scopes: ['demo:read'] };
const countEvents = async () =>
  Number((await issuer.dataSource.query('select count(*) from events'))[0].count);

describe('POST /v1/tokens', () => {
  it('answers 201 with the token, once, and stores its event and its summary', async () => {
    const asked = {
      ...body,
      expiresInSeconds: 60,
      ipAllow: ['10.0.0.0/8', '2001:db8::1'],
      ipDeny: ['10.9.0.0/16', '2001:db8:9::/48'],
      metadata: { team: 'core' },
    };
    const { status, body: issued } = await issuer.call('POST', '/v1/tokens', asked);
    expect(status).toBe(201);
    expect(parseOpaqueToken(issued.token)).toMatchObject({
      prefix: 'gh',
      environment: 'live',
      last4: issued.last4,
    });
    expect(Date.parse(issued.expiresAt) - Date.parse(issued.createdAt)).toBeGreaterThan(58_000);
    const { token, ...view } = issued;
    expect(view).toMatchObject({ ipAllow: asked.ipAllow, ipDeny: asked.ipDeny });
    expect((await issuer.call('GET', `/v1/tokens/${issued.id}`)).body).toEqual(view);
    const history = await issuer.call('GET', `/v1/tokens/${issued.id}/events`);
    expect(history.body.items).toHaveLength(1);
    expect(history.body.items[0]).toMatchObject({
      type: 'token.issued.v1',
      version: 1,
      data: { name: 'CI', ipDeny: asked.ipDeny },
    });
    expect(JSON.stringify(history.body)).not.toContain('hash');
    expect(JSON.stringify(view)).not.toContain(token);
  });

  it('keeps neither the secret nor its plain digest anywhere in the database', async () => {
    const { body: issued } = await issuer.call('POST', '/v1/tokens', body);
    const [{ dump }] = await issuer.dataSource.query(
      `select (select json_agg(e)::text from events e) || (select json_agg(t)::text from token_summary t) as dump`,
    );
    expect(dump).not.toContain(issued.token.slice(8, 40));
    expect(dump).not.toContain(digestOfToken(issued.token));
  });

  it('lives for 90 days when no time is asked for', async () => {
    const { body: issued } = await issuer.call('POST', '/v1/tokens', body);
    const days = (Date.parse(issued.expiresAt) - Date.parse(issued.createdAt)) / 86_400_000;
    expect(days).toBeCloseTo(90, 2);
  });

  it.each([
    ['bad JSON', '{"name":', 400, 'json-invalid'],
    ['no body', '', 400, 'json-invalid'],
    ['an array', [], 400, 'body-invalid'],
    ['an unknown field', { ...body, admin: true }, 400, 'body-invalid'],
    ['a missing name', { scopes: ['a'] }, 400, 'body-invalid'],
    ['a name of the wrong type', { ...body, name: 7 }, 400, 'body-invalid'],
    ['no scope', { ...body, scopes: [] }, 400, 'body-invalid'],
    ['a scope with a space', { ...body, scopes: ['a b'] }, 400, 'body-invalid'],
    ['a negative time to live', { ...body, expiresInSeconds: -1 }, 400, 'body-invalid'],
    ['a time to live of a fraction', { ...body, expiresInSeconds: 1.5 }, 400, 'body-invalid'],
    ['a malformed CIDR', { ...body, ipAllow: ['10.0.0.0/33'] }, 400, 'body-invalid'],
    ['too many denied addresses', { ...body, ipDeny: Array(101).fill('10.0.0.1') }, 400, 'body-invalid'],
    ['a plan with a space', { ...body, plan: 'a b' }, 400, 'body-invalid'],
    ['metadata that is no text', { ...body, metadata: { a: 1 } }, 400, 'body-invalid'],
    ['a management scope the caller lacks', { ...body, scopes: ['audit:read'] }, 403, 'scope-not-grantable'],
    ['an oversized body', JSON.stringify({ ...body, name: 'x'.repeat(1_100_000) }), 413, 'body-too-large'],
  ])('refuses %s and writes nothing', async (_what, sent, status, code) => {
    const before = await countEvents();
    const answer = await issuer.call('POST', '/v1/tokens', sent);
    expect([answer.status, answer.body.code]).toEqual([status, code]);
    expect(Problem.parse(answer.body).requestId).toBe(answer.headers.get('x-request-id'));
    expect(answer.headers.get('content-type')).toMatch('application/problem+json');
    expect(await countEvents()).toBe(before);
  });

  it('names every wrong field and its rule', async () => {
    const { body: problem } = await issuer.call('POST', '/v1/tokens', {
      name: '',
      scopes: ['a b'],
      ipAllow: ['x'],
      ipDeny: ['10.0.0.0/8', '::/129'],
    });
    expect(problem.errors.map((error: { field: string }) => error.field)).toEqual([
      'name',
      'scopes.0',
      'ipAllow.0',
      'ipDeny.1',
    ]);
  });

  it('refuses a body that is not JSON by its media type', async () => {
    const answer = await issuer.call('POST', '/v1/tokens', 'a=b', { 'content-type': 'text/plain' });
    expect([answer.status, answer.body.code]).toEqual([415, 'media-type-unsupported']);
  });

  it.each([
    ['no token', '', 401, 'token-missing'],
    ['another scheme', 'Basic abc', 401, 'token-missing'],
    ['a mistyped token', 'Bearer gh_live_nonsense', 401, 'token-malformed'],
    ['an unknown token', `Bearer gh_live_${'0'.repeat(32)}2LB0ao`, 401, 'token-unknown'],
  ])('refuses %s', async (_what, authorization, status, code) => {
    const answer = await issuer.call('POST', '/v1/tokens', body, { authorization });
    expect([answer.status, answer.body.code]).toEqual([status, code]);
    expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer realm="gatehouse"/);
  });

  it('refuses a caller without tokens:write', async () => {
    const answer = await issuer.call('POST', '/v1/tokens', body, {
      authorization: `Bearer ${issuer.readerToken}`,
    });
    expect([answer.status, answer.body.code]).toEqual([403, 'scope-insufficient']);
  });
});

describe('GET /v1/tokens', () => {
  it('pages through every token once, oldest first', async () => {
    const ids: string[] = [];
    for (let cursor = ''; ; ) {
      const { body: page } = await issuer.call('GET', `/v1/tokens?limit=2${cursor && `&cursor=${cursor}`}`);
      ids.push(...page.items.map((token: { id: string }) => token.id));
      if (page.nextCursor === null) break;
      cursor = page.nextCursor;
    }
    const [{ count }] = await issuer.dataSource.query('select count(*) from token_summary');
    expect(ids).toHaveLength(Number(count));
    expect(ids).toEqual([...new Set(ids)].toSorted());
  });

  it.each([
    '/v1/tokens/nope',
    '/v1/tokens/%00',
    `/v1/tokens/tok_${'0'.repeat(32)}`,
    '/v1/tokens/nope/events',
    '/v1/nothing',
  ])('answers 404 for %s', async (path) => {
    const answer = await issuer.call('GET', path);
    expect([answer.status, answer.body.code]).toEqual([404, 'not-found']);
  });

  it('names a query parameter that is wrong', async () => {
    const answer = await issuer.call('GET', '/v1/tokens?limit=0&colour=red');
    expect([answer.status, answer.body.code]).toEqual([400, 'query-invalid']);
  });
});

describe('POST /v1/tokens/lookup', () => {
  it('resolves a digest to what a guard needs, and an unknown one to nothing', async () => {
    const { body: issued } = await issuer.call('POST', '/v1/tokens', body);
    const found = await issuer.call('POST', '/v1/tokens/lookup', { digest: digestOfToken(issued.token) });
    expect(found.body).toMatchObject({
      found: true,
      tokenId: issued.id,
      status: 'active',
      scopes: ['demo:read'],
    });
    const unknown = await issuer.call('POST', '/v1/tokens/lookup', { digest: digestOfToken('x') });
    expect(unknown.body).toEqual({ found: false, asOf: expect.any(String) });
  });

  it('says for whom it is, on which plan and in which roles, as that is now', async () => {
    const [applicationId, userId] = [`app_${'0'.repeat(32)}`, `usr_${'0'.repeat(32)}`];
    const terms = { ...body, scopes: ['role:analyst'], applicationId, userId, plan: 'gold' };
    const { body: issued } = await issuer.call('POST', '/v1/tokens', terms);
    expect(issued.plan).toBe('gold');
    const lookUp = async () =>
      (await issuer.call('POST', '/v1/tokens/lookup', { digest: digestOfToken(issued.token) })).body;
    expect(await lookUp()).toMatchObject({ applicationId, userId, plan: 'gold', roles: ['analyst'] });
    const changed = await issuer.call('PATCH', `/v1/tokens/${issued.id}`, { plan: null, scopes: ['a:b'] });
    expect(changed.body.plan).toBeNull();
    const { plan, roles, ...rest } = await lookUp();
    expect([plan, roles]).toEqual([undefined, undefined]);
    expect(rest).toMatchObject({ applicationId, userId });
  });

  it('is for gateways and services alone', async () => {
    const reader = { authorization: `Bearer ${issuer.readerToken}` };
    const answer = await issuer.call('POST', '/v1/tokens/lookup', { digest: digestOfToken('x') }, reader);
    expect(answer.status).toBe(403);
  });
});
