import { bulkOf, IssuedToken, TokenView } from '@gatehouse/contracts';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startIssuer } from '../../../test/start-issuer.js';

let issuer: Awaited<ReturnType<typeof startIssuer>>;
beforeAll(async () => {
  issuer = await startIssuer();
});
afterAll(() => issuer.stop());

const good = (name: string) => ({ name, scopes: ['a:b'] });

describe('POST /v1/tokens/bulk', () => {
  it('issues what is right and refuses what is wrong, each in its place', async () => {
    const tokens = [
      good('one'),
      { name: '', scopes: ['a:b'] },
      good('two'),
      { ...good('three'), scopes: ['audit:read'] },
    ];
    const answer = await issuer.call('POST', '/v1/tokens/bulk', { tokens });
    expect(answer.status).toBe(200);
    const { results } = bulkOf(IssuedToken).parse(answer.body);
    expect(results.map((r) => (r.ok ? r.value.name : r.problem.code))).toEqual([
      'one',
      'body-invalid',
      'two',
      'scope-not-grantable',
    ]);
    for (const result of results.filter((r) => r.ok)) {
      const { token: _token, ...view } = result.value;
      expect((await issuer.call('GET', `/v1/tokens/${view.id}`)).body).toEqual(view);
    }
  });

  it('gives every one of a thousand its own secret, event and place in the feed', async () => {
    const tokens = Array.from({ length: 1000 }, (_, i) => good(`n${i}`));
    const { body } = await issuer.call('POST', '/v1/tokens/bulk', { tokens });
    const issued = bulkOf(IssuedToken)
      .parse(body)
      .results.flatMap((r) => (r.ok ? [r.value] : []));
    expect(new Set(issued.map((t) => t.token)).size).toBe(1000);
    const feed: { subject: string }[] = [];
    for (let after = '0.0'; ; ) {
      const { body: page } = await issuer.call('GET', `/v1/events?limit=1000&after=${after}`);
      feed.push(...page.events);
      if (page.events.length === 0) break;
      after = page.next;
    }
    expect(feed.slice(-1000).map((event) => event.subject)).toEqual(issued.map((t) => t.id));
  });

  it.each([{ tokens: [] }, { tokens: Array.from({ length: 1001 }, () => good('x')) }, { tokens: 'x' }])(
    'refuses a list of the wrong size or kind',
    async (body) => {
      const answer = await issuer.call('POST', '/v1/tokens/bulk', body);
      expect([answer.status, answer.body.code]).toEqual([400, 'body-invalid']);
    },
  );
});

describe('POST /v1/tokens/bulk-revoke', () => {
  it('revokes what there is and says what there is not', async () => {
    const { body } = await issuer.call('POST', '/v1/tokens/bulk', { tokens: [good('a'), good('b')] });
    const [a, b] = bulkOf(IssuedToken)
      .parse(body)
      .results.flatMap((r) => (r.ok ? [r.value.id] : []));
    const answer = await issuer.call('POST', '/v1/tokens/bulk-revoke', {
      ids: [a, 'tok_nope', b],
      reason: 'done',
    });
    const { results } = bulkOf(TokenView).parse(answer.body);
    expect(results.map((r) => (r.ok ? r.value.status : r.problem.code))).toEqual([
      'revoked',
      'not-found',
      'revoked',
    ]);
  });
});
