import { digestOfToken } from '@gatehouse/kernel';
import { eventually } from '@gatehouse/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startIssuer } from '../../../test/start-issuer.js';

let issuer: Awaited<ReturnType<typeof startIssuer>>;
beforeAll(async () => {
  issuer = await startIssuer();
});
afterAll(() => issuer.stop());

const issue = async () => (await issuer.call('POST', '/v1/tokens', { name: 'x', scopes: ['a:b'] })).body;
const lookup = async (token: string) =>
  (await issuer.call('POST', '/v1/tokens/lookup', { digest: digestOfToken(token) })).body;

describe('POST /v1/tokens/{id}/rotate', () => {
  it('gives a second secret under the same id; both work until the overlap ends, then the old one is retired', async () => {
    const first = await issue();
    const rotated = await issuer.call('POST', `/v1/tokens/${first.id}/rotate`, { overlapSeconds: 5 });
    expect([rotated.status, rotated.body.id]).toEqual([201, first.id]);
    expect(rotated.body.secrets).toHaveLength(2);
    expect(await lookup(rotated.body.token)).toMatchObject({
      tokenId: first.id,
      status: 'active',
      expiresAt: first.expiresAt,
    });
    const old = await lookup(first.token);
    expect(old).toMatchObject({ tokenId: first.id, status: 'active' });
    expect(Date.parse(old.expiresAt)).toBeLessThanOrEqual(Date.now() + 5_000);
    await eventually(async () => expect(await lookup(first.token)).toMatchObject({ status: 'retired' }));
    await eventually(async () => {
      const { body } = await issuer.call('GET', `/v1/tokens/${first.id}/events`);
      expect(body.items.map((event: { type: string }) => event.type)).toEqual([
        'token.issued.v1',
        'token.secret-added.v1',
        'token.secret-retired.v1',
      ]);
    });
    expect(await lookup(rotated.body.token)).toMatchObject({ status: 'active' });
  });

  it('ends the old secret at once with overlapSeconds 0', async () => {
    const first = await issue();
    await issuer.call('POST', `/v1/tokens/${first.id}/rotate`, { overlapSeconds: 0 });
    expect(await lookup(first.token)).toMatchObject({ status: 'retired' });
    expect((await issuer.call('GET', `/v1/tokens/${first.id}`)).body.secrets).toHaveLength(1);
  });

  it.each([-1, 1.5, 'soon', 2_592_001])('refuses an overlap of %j', async (overlapSeconds) => {
    const { id } = await issue();
    const answer = await issuer.call('POST', `/v1/tokens/${id}/rotate`, { overlapSeconds });
    expect([answer.status, answer.body.code]).toEqual([400, 'body-invalid']);
  });
});

describe('suspend and resume', () => {
  it('stop a token and let it go on, each with its reason in the history', async () => {
    const { id, token } = await issue();
    const suspended = await issuer.call('POST', `/v1/tokens/${id}/suspend`, { reason: 'odd' });
    expect(suspended.body).toMatchObject({ status: 'suspended', suspendedReason: 'odd' });
    expect(await lookup(token)).toMatchObject({ status: 'suspended' });
    const resumed = await issuer.call('POST', `/v1/tokens/${id}/resume`, { reason: 'fine' });
    expect(resumed.body).toMatchObject({ status: 'active', suspendedReason: null });
    expect(await lookup(token)).toMatchObject({ status: 'active' });
    const { body } = await issuer.call('GET', `/v1/tokens/${id}/events`);
    expect(body.items.map((event: { data: { reason?: string } }) => event.data.reason)).toEqual([
      undefined,
      'odd',
      'fine',
    ]);
  });

  it('answer 409 for a revoked token', async () => {
    const { id } = await issue();
    await issuer.call('POST', `/v1/tokens/${id}/revoke`, { reason: 'x' });
    const answer = await issuer.call('POST', `/v1/tokens/${id}/suspend`, { reason: 'x' });
    expect([answer.status, answer.body.code]).toEqual([409, 'token-not-active']);
  });
});

describe('PATCH /v1/tokens/{id}', () => {
  it('changes what is named, leaves the rest, and keeps the secret', async () => {
    const { id, token } = await issue();
    const changed = await issuer.call('PATCH', `/v1/tokens/${id}`, {
      scopes: ['c:d'],
      ipAllow: ['10.0.0.0/8'],
    });
    expect(changed.body).toMatchObject({
      name: 'x',
      scopes: ['c:d'],
      ipAllow: ['10.0.0.0/8'],
      status: 'active',
    });
    expect(await lookup(token)).toMatchObject({ scopes: ['c:d'], ipAllow: ['10.0.0.0/8'] });
  });

  it('denies addresses, and no longer', async () => {
    const { id, token } = await issue();
    expect(await lookup(token)).not.toHaveProperty('ipDeny');
    for (const ipDeny of [['10.9.0.0/16', '2001:db8::/32'], []]) {
      expect((await issuer.call('PATCH', `/v1/tokens/${id}`, { ipDeny })).body).toMatchObject({ ipDeny });
      const { ipDeny: told = [] } = await lookup(token);
      expect(told).toEqual(ipDeny);
    }
  });

  it.each([
    ['nothing to change', {}, 400, 'body-invalid'],
    ['an unknown field', { colour: 'red' }, 400, 'body-invalid'],
    ['a malformed CIDR', { ipAllow: ['10.0.0.0/99'] }, 400, 'body-invalid'],
    ['a malformed CIDR to deny', { ipDeny: ['10.0.0.0/99'] }, 400, 'body-invalid'],
    ['a management scope the caller lacks', { scopes: ['audit:read'] }, 403, 'scope-not-grantable'],
  ])('refuses %s', async (_what, body, status, code) => {
    const { id } = await issue();
    const answer = await issuer.call('PATCH', `/v1/tokens/${id}`, body);
    expect([answer.status, answer.body.code]).toEqual([status, code]);
  });
});
