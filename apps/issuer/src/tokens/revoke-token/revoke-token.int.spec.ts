import {
  GatewayApplied,
  parseEvent,
  RelayPublished,
  RevocationCommitted,
  type TokenRevoked,
} from '@gatehouse/contracts';
import { comparePositions } from '@gatehouse/kernel';
import { connectNats, onSignal, sendSignal } from '@gatehouse/messaging';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '@gatehouse/testing';
import { jetstream } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/nats-core';
import { startIssuer } from '../../../test/start-issuer.js';

let issuer: Awaited<ReturnType<typeof startIssuer>>;
let nats: NatsConnection;
beforeAll(async () => {
  issuer = await startIssuer();
  nats = await connectNats({ url: issuer.server.url, name: 'test' });
});
afterAll(async () => {
  await nats.close();
  await issuer.stop();
});

async function issue(): Promise<{ id: string; token: string }> {
  return (await issuer.call('POST', '/v1/tokens', { name: 'x', scopes: ['tokens:read'] })).body;
}

describe('POST /v1/tokens/{id}/revoke', () => {
  it('revokes, shows the reason, and stays as it is when revoked again', async () => {
    const { id } = await issue();
    const first = await issuer.call('POST', `/v1/tokens/${id}/revoke`, { reason: 'leaked' });
    expect([first.status, first.body.status, first.body.revokedReason]).toEqual([200, 'revoked', 'leaked']);
    const again = await issuer.call('POST', `/v1/tokens/${id}/revoke`, { reason: 'other' });
    expect(again.body).toEqual(first.body);
    const history = await issuer.call('GET', `/v1/tokens/${id}/events`);
    expect(history.body.items.map((event: { type: string }) => event.type)).toEqual([
      'token.issued.v1',
      'token.revoked.v1',
    ]);
  });

  it('is refused at the management API from the very next call', async () => {
    const { id, token } = await issue();
    const own = { authorization: `Bearer ${token}` };
    expect((await issuer.call('GET', '/v1/tokens', undefined, own)).status).toBe(200);
    await issuer.call('POST', `/v1/tokens/${id}/revoke`, { reason: 'leaked' });
    const after = await issuer.call('GET', '/v1/tokens', undefined, own);
    expect([after.status, after.body.code]).toEqual([401, 'token-revoked']);
  });

  it('lets one of many parallel revocations write', async () => {
    const { id } = await issue();
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        issuer.call('POST', `/v1/tokens/${id}/revoke`, { reason: `r${i}` }),
      ),
    );
    expect(new Set(answers.map((answer) => answer.status))).toEqual(new Set([200]));
    const history = await issuer.call('GET', `/v1/tokens/${id}/events`);
    expect(history.body.items).toHaveLength(2);
  });

  it.each([
    ['an unknown id', '/v1/tokens/tok_x/revoke', { reason: 'x' }, 404, 'not-found'],
    ['no reason', '/v1/tokens/ID/revoke', {}, 400, 'body-invalid'],
    ['an unknown way to wait', '/v1/tokens/ID/revoke?wait=forever', { reason: 'x' }, 400, 'query-invalid'],
  ])('refuses %s', async (_what, path, body, status, code) => {
    const { id } = await issue();
    const answer = await issuer.call('POST', path.replace('ID', id), body);
    expect([answer.status, answer.body.code]).toEqual([status, code]);
    expect((await issuer.call('GET', `/v1/tokens/${id}`)).body.status).toBe('active');
  });
});

describe('a committed revocation', () => {
  it('is told at once, with the position its event has, although an older transaction holds the event back', async () => {
    const { id } = await issue();
    const told = new Promise<RevocationCommitted>((resolve) => {
      onSignal(nats, RevocationCommitted, resolve);
    });
    await nats.flush();
    const older = issuer.dataSource.createQueryRunner();
    await older.startTransaction();
    await older.query('select pg_current_xact_id()');
    await issuer.call('POST', `/v1/tokens/${id}/revoke`, { reason: 'leaked' });
    const { tokenId, position } = await told;
    const withheld = await issuer.call('GET', '/v1/events?limit=1000');
    await older.rollbackTransaction();
    await older.release();
    expect(tokenId).toBe(id);
    expect(comparePositions(position, withheld.body.next)).toBeGreaterThan(0);
    await eventually(async () => {
      const { body } = await issuer.call('GET', `/v1/events?after=${withheld.body.next}`);
      expect(body.events).toMatchObject([{ type: 'token.revoked.v1', subject: id, position }]);
    });
  });
});

describe('a revocation’s receipt', () => {
  it('is complete and empty where no gateway lives', async () => {
    const { id } = await issue();
    const answer = await issuer.call('POST', `/v1/tokens/${id}/revoke?wait=gateways`, { reason: 'x' });
    expect(answer.body.receipt).toMatchObject({ complete: true, gateways: [] });
  });

  it('waits for every live gateway and tells which did not answer', async () => {
    const report = (gateway: string, position: string) =>
      sendSignal(nats, GatewayApplied, gateway, { gateway, position });
    const applied = nats.subscribe('tokens.revoked.*', {
      callback: (_error, message) => {
        const event = parseEvent(message.json()) as TokenRevoked;
        report('quick', event.position!);
      },
    });
    await eventually(async () => {
      const { id } = await issue();
      report('quick', '0.0');
      report('stuck', '0.0');
      await nats.flush();
      const { body } = await issuer.call('POST', `/v1/tokens/${id}/revoke?wait=gateways`, { reason: 'x' });
      expect(body.receipt.complete).toBe(false);
      const inMs = Object.fromEntries(
        body.receipt.gateways.map((g: { id: string; appliedInMs: number }) => [g.id, g.appliedInMs]),
      );
      expect(inMs.stuck).toBeNull();
      expect(inMs.quick).toBeLessThan(1_000);
    });
    applied.unsubscribe();
  });
});

describe('published events', () => {
  it('come on JetStream in feed order, each naming the one before, as the feed shows them', async () => {
    for (let i = 0; i < 20; i++) await issue();
    const feed = await issuer.call('GET', '/v1/events?limit=1000');
    const consumer = await jetstream(nats).consumers.get('EVENTS');
    const received: unknown[] = [];
    const messages = await consumer.consume({ callback: (message) => void received.push(message.json()) });
    await eventually(() => expect(received).toEqual(feed.body.events));
    messages.stop();
    let preceding = '0.0';
    for (const event of feed.body.events) {
      expect(event.preceding).toBe(preceding);
      preceding = event.position;
    }
  });

  it('are followed by the relay’s word that nothing is outstanding', async () => {
    const { body } = await issuer.call('GET', '/v1/events?limit=1000');
    const said = await new Promise<string>((resolve) => {
      onSignal(nats, RelayPublished, ({ position }) => resolve(position));
    });
    expect(comparePositions(said, body.next)).toBeGreaterThanOrEqual(0);
  });

  it('wait while NATS is away, and nothing is lost', async () => {
    await issuer.server.kill();
    const { id } = await issue();
    expect(id).toMatch(/^tok_/);
    await issuer.server.restart();
    const consumer = await eventually(() =>
      jetstream(nats).consumers.get('EVENTS', { filter_subjects: 'tokens.issued.*' }),
    );
    const ids = new Set<string>();
    const messages = await consumer.consume({
      callback: (message) => void ids.add(message.json<{ subject: string }>().subject),
    });
    await eventually(() => expect(ids).toContain(id));
    messages.stop();
  });
});
