import { type RunningPostgres, eventually, startPostgres } from '@gatehouse/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startIssuer } from './start-issuer.js';

let postgres: RunningPostgres;
let issuer: Awaited<ReturnType<typeof startIssuer>>;
beforeAll(async () => {
  postgres = await startPostgres({ durable: true });
  issuer = await startIssuer({ DATABASE_URL: postgres.url });
});
afterAll(async () => {
  await issuer.stop();
  await postgres.stop();
});

describe('an issuer whose database is away', () => {
  it('refuses, says when to come again, writes nothing, and goes on when it is back', async () => {
    const before = (await issuer.call('POST', '/v1/tokens', { name: 'before', scopes: ['demo:read'] })).body;
    await postgres.kill();
    for (const [method, path, body] of [
      ['GET', `/v1/tokens/${before.id}`],
      ['POST', '/v1/tokens', { name: 'during', scopes: ['demo:read'] }],
    ] as const) {
      const answer = await issuer.call(method, path, body);
      expect([answer.status, answer.body.code]).toEqual([503, 'database-unavailable']);
      expect(answer.headers.get('retry-after')).toBe('1');
      expect(JSON.stringify(answer.body)).not.toMatch(/ECONNREFUSED|postgres/i);
    }
    await postgres.restart();
    await eventually(async () => {
      const { status, body } = await issuer.call('GET', '/v1/tokens?limit=100');
      expect(status).toBe(200);
      const names = body.items.map((token: { name: string }) => token.name);
      expect(names).toContain('before');
      expect(names).not.toContain('during');
    });
  });
});
