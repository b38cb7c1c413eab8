import { events, GatewayApplied, RevocationCommitted } from '@gatehouse/contracts';
import { onSignal, sendSignal } from '@gatehouse/messaging';
import { eventually } from '@gatehouse/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { call } from './call.js';
import { type Stage, setStage } from './stage.js';
import { until } from './until.js';

describe('token events at the gateway', () => {
  let stage: Stage;
  let url: string;
  const statusOf = async (token: string) => (await call(url, token)).status;
  const codeOf = async (token: string) => (await call(url, token)).code;

  beforeAll(async () => {
    stage = await setStage({ gatewayId: 'edge-1' });
    url = `${stage.gateway.url}/demo/x`;
    await until(async () => (await statusOf(stage.issuer.issue().token)) === 200);
  });
  afterAll(() => stage.stop());

  it('refuses a revoked token at once, although it was remembered as good', async () => {
    const { token } = stage.issuer.issue();
    expect(await statusOf(token)).toBe(200);
    const lookups = stage.issuer.lookups;
    expect(await statusOf(token)).toBe(200);
    expect(stage.issuer.lookups).toBe(lookups);
    stage.issuer.revoke(token);
    await eventually(async () => expect(await codeOf(token)).toBe('token-revoked'));
  });

  it('refuses a token whose revocation is said to be committed, before its event comes, and follows events as ever', async () => {
    const [revoked, good] = [stage.issuer.issue(), stage.issuer.issue()];
    expect([await statusOf(revoked.token), await statusOf(good.token)]).toEqual([200, 200]);
    const position = `${Number(stage.issuer.position.split('.')[0]) + 100}.1`;
    const signal = { tokenId: revoked.id, position, at: new Date().toISOString() };
    sendSignal(stage.nats, RevocationCommitted, 'issuer', signal);
    await eventually(async () => expect(await codeOf(revoked.token)).toBe('token-revoked'));
    expect(await statusOf(good.token)).toBe(200);
    stage.issuer.revoke(revoked.token);
    stage.issuer.revoke(good.token);
    await eventually(async () => expect(await codeOf(good.token)).toBe('token-revoked'));
    expect(await codeOf(revoked.token)).toBe('token-revoked');
  });

  it('refuses a token whose look-up began before the revocation and is answered after it', async () => {
    const { token } = stage.issuer.issue();
    const release = stage.issuer.holdAnswers();
    const before = stage.issuer.lookups;
    const racing = call(url, token);
    await eventually(() => expect(stage.issuer.lookups).toBe(before + 1)); // the state was read: active
    const position = `${Number(stage.issuer.position.split('.')[0]) + 1}`;
    const applied = appliedUpTo(position);
    stage.issuer.revoke(token);
    await applied;
    release();
    expect((await racing).code).toBe('token-revoked');
    expect(await codeOf(token)).toBe('token-revoked');
  });

  it('announces what it applied right after a revocation', async () => {
    await eventually(async () => {
      const { token } = stage.issuer.issue();
      const startedAt = performance.now();
      const applied = appliedUpTo(`${Number(stage.issuer.position.split('.')[0]) + 1}`);
      stage.issuer.revoke(token);
      await applied;
      expect(performance.now() - startedAt).toBeLessThan(500); // the regular signal comes once a second
    });
  });

  it('asks again about a token that was changed', async () => {
    const { token } = stage.issuer.issue({ scopes: ['demo:read'] });
    expect(await statusOf(token)).toBe(200);
    stage.issuer.change(token, 'token.updated.v1', { scopes: ['other:read'] });
    await eventually(async () => expect(await codeOf(token)).toBe('scope-insufficient'));
  });

  it('refuses a suspended token, and lets it through when it is resumed', async () => {
    const { token } = stage.issuer.issue();
    expect(await statusOf(token)).toBe(200);
    stage.issuer.change(token, 'token.suspended.v1', { status: 'suspended' });
    await eventually(async () => expect(await codeOf(token)).toBe('token-suspended'));
    stage.issuer.change(token, 'token.resumed.v1', { status: 'active' });
    await eventually(async () => expect(await statusOf(token)).toBe(200));
  });

  it('refuses every token of a suspended tenant, also one it remembers, until the tenant is resumed', async () => {
    const { token } = stage.issuer.issue();
    const other = stage.issuer.issue().token;
    expect([await statusOf(token), await statusOf(other)]).toEqual([200, 200]);
    stage.issuer.changeTenant(token, 'tenant.suspended.v1', 'suspended');
    await eventually(async () => expect(await codeOf(other)).toBe('token-suspended'));
    expect(await codeOf(token)).toBe('token-suspended');
    stage.issuer.changeTenant(token, 'tenant.resumed.v1', 'active');
    await eventually(async () => expect(await statusOf(other)).toBe(200));
    expect(await statusOf(token)).toBe(200);
  });

  it('refuses a retired secret', async () => {
    const { token } = stage.issuer.issue();
    expect(await statusOf(token)).toBe(200);
    stage.issuer.change(token, 'token.secret-retired.v1', { status: 'retired' });
    await eventually(async () => expect(await codeOf(token)).toBe('secret-retired'));
  });

  it('asks once for a token, however many requests bring it at the same time', async () => {
    const { token } = stage.issuer.issue();
    const before = stage.issuer.lookups;
    const all = await Promise.all(Array.from({ length: 20 }, () => statusOf(token)));
    expect(all).toEqual(Array.from({ length: 20 }, () => 200));
    expect(stage.issuer.lookups).toBe(before + 1);
  });

  it('hears of a revocation that NATS lost, from the feed', async () => {
    const { token } = stage.issuer.issue();
    expect(await statusOf(token)).toBe(200);
    stage.issuer.silent = true; // committed, but never published
    stage.issuer.revoke(token);
    stage.issuer.silent = false;
    await eventually(async () => expect(await codeOf(token)).toBe('token-revoked'));
  });

  function appliedUpTo(sequence: string): Promise<void> {
    return new Promise((resolve) => {
      const subscription = onSignal(stage.nats, GatewayApplied, ({ gateway, position }) => {
        if (gateway !== 'edge-1' || Number(position.split('.')[0]) < Number(sequence)) return;
        subscription.unsubscribe();
        resolve();
      });
    });
  }

  it('knows the wire type it relies on', () => {
    expect(events.TokenRevoked.type).toMatch(/^token\.revoked\.v\d+$/);
    expect(events.TokenSuspended.type).toMatch(/^token\.suspended\.v\d+$/);
  });
});
