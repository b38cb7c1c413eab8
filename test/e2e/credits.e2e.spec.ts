import { DecisionAnswer } from '@gatehouse/contracts';
import { eventually } from '@gatehouse/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Called, call } from '../../apps/gateway/test/call.js';
import { ADMIN_TOKEN } from '../../apps/gateway/test/issuer-stand-in.js';
import { CreditStage, type Issued } from './credit-stage.js';

let stage: CreditStage;
beforeAll(async () => {
  stage = await CreditStage.start();
});
afterAll(() => stage.stop());

const REMAINING = 'x-gatehouse-credits-remaining';
const told = ({ status, code, headers }: Called) => [code || status, headers.get(REMAINING)];
const servedOf = (answers: readonly Called[]) => answers.filter(({ status }) => status === 200).length;
/** So many requests, ten at a time: the upstream is in this process, and a busy one takes few connections a second. */
async function burst(count: number, one: (i: number) => Promise<Called>): Promise<Called[]> {
  const answers: Called[] = [];
  let next = 0;
  const client = async () => {
    for (let i = next++; i < count; i = next++) answers.push(await one(i));
  };
  await Promise.all(Array.from({ length: 10 }, client));
  return answers;
}
/** From gateways at once, from each so many. */
const from = async (gateways: readonly (0 | 1)[], { token }: Pick<Issued, 'token'>, count: number) => {
  const bursts = gateways.map((at) => burst(count, () => stage.at(at, '/paid/x', token)));
  return (await Promise.all(bursts)).flat();
};
const BOTH = [0, 1] as const;
/** What one gateway holds and does not spend it gives back after a while: until then the other may refuse. */
async function untilServed(
  issued: Pick<Issued, 'token'>,
  total: number,
  { already = 0, gateways = BOTH }: { already?: number; gateways?: readonly (0 | 1)[] } = {},
): Promise<void> {
  let served = already;
  await eventually(async () => {
    served += servedOf(await from(gateways, issued, 20));
    expect(served).toBe(total);
  });
  expect(servedOf(await from(gateways, issued, 20))).toBe(0);
}
/** What the first gateway's metrics say of credits. @param series after `gatehouse_gateway_credit`. */
async function counted(series: string): Promise<number> {
  const begin = `gatehouse_gateway_credit${series} `;
  const lines = (await stage.metricsOf(0)).split('\n');
  return Number(lines.find((line) => line.startsWith(begin))?.slice(begin.length));
}
const refillIsDue = (id: string) =>
  stage.inDatabase(`update issuer.credit_account set refills_at = now() where holder = $1`, id);

describe('credits at a gateway', () => {
  it('are spent as the route says, and what is left is told', async () => {
    const issued = await stage.issue({ remaining: 20 });
    expect(told(await stage.at(0, '/paid/x', issued.token))).toEqual([200, '19']);
    expect(told(await stage.at(0, '/paid/x', issued.token, { method: 'POST' }))).toEqual([200, '14']);
    expect(told(await stage.at(0, '/free/x', issued.token))).toEqual([200, null]);
    await eventually(async () => expect(await stage.creditsOf(issued.id)).toBe(14));
  });

  it('are not asked for where a token has none', async () => {
    const { token } = await stage.issue(undefined);
    expect(told(await stage.at(0, '/paid/x', token))).toEqual([200, null]);
  });

  it('refuse what costs more than is left, and say so in the decision', async () => {
    const { token } = await stage.issue({ remaining: 7 });
    expect(told(await stage.at(0, '/paid/x', token, { method: 'POST' }))).toEqual([200, '2']);
    const refused = await stage.at(0, '/paid/x', token, { method: 'POST' });
    expect(told(refused)).toEqual(['credits-exhausted', '2']);
    expect(told(await stage.at(0, '/paid/x', token))).toEqual([200, '1']);
    const requestId = refused.headers.get('x-request-id');
    const asked = await call(`${stage.gateways[0].adminUrl}/v1/decisions/${requestId}`, ADMIN_TOKEN);
    const decision = DecisionAnswer.parse(JSON.parse(asked.body));
    expect(decision.refusedBy).toBe('credits');
    expect(decision.steps.slice(-3)).toEqual([
      { policy: 'credits', result: 'refused' },
      { policy: 'body', result: 'not-asked' },
      { policy: 'upstream', result: 'not-asked' },
    ]);
  });

  it('are told to the operator in numbers that name nobody', async () => {
    const [rich, poor] = [await stage.issue({ remaining: 1_000 }), await stage.issue({ remaining: 0 })];
    await eventually(async () => {
      await stage.at(0, '/paid/x', rich.token);
      expect(await counted('_leases')).toBeGreaterThan(0);
      expect(await counted('s_held')).toBeGreaterThan(0);
    });
    expect(await counted('_lease_duration_seconds_count')).toBeGreaterThan(0);
    expect(await counted('_waiting_requests')).toBe(0);
    const before = await counted('_refusals_total{reason="exhausted"}');
    expect((await stage.at(0, '/paid/x', poor.token)).code).toBe('credits-exhausted');
    expect(await counted('_refusals_total{reason="exhausted"}')).toBe(before + 1);
    expect(await stage.metricsOf(0)).not.toMatch(/tok_|idn_/);
  });

  it('let exactly as many of a burst at two gateways through as there are', async () => {
    const issued = await stage.issue({ remaining: 1_000 });
    const answers = await from(BOTH, issued, 1_100);
    const others = answers.filter(({ status }) => status !== 200);
    expect(new Set(others.map(({ code }) => code))).toEqual(new Set(['credits-exhausted']));
    await untilServed(issued, 1_000, { already: servedOf(answers) });
    await eventually(async () => expect(await stage.creditsOf(issued.id)).toBe(0));
  });

  it('come back with a refill, to the gateways and to whoever verifies, each of them once', async () => {
    const issued = await stage.issue({ remaining: 0, refill: { amount: 300, every: 'day' } });
    const refused = await stage.at(0, '/paid/x', issued.token);
    expect(told(refused)).toEqual(['credits-exhausted', '0']);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    await refillIsDue(issued.id);
    const verify = async () => {
      const verdict = await stage.manage<{ valid: boolean }>('POST', '/v1/tokens/verify', {
        token: issued.token,
      });
      return verdict.valid;
    };
    const [answers, verdicts] = await Promise.all([
      from(BOTH, issued, 350),
      Promise.all(Array.from({ length: 50 }, verify)),
    ]);
    await untilServed(issued, 300, { already: servedOf(answers) + verdicts.filter(Boolean).length });
  });

  it('are spent together by the tokens of an identity, of the identity and of the token or of neither', async () => {
    const { id: identityId } = await stage.manage<Issued>('POST', '/v1/identities', {
      externalId: 'payer',
      name: 'x',
      credits: { remaining: 10 },
    });
    const [poor, rich] = [
      await stage.issue({ remaining: 3 }, { identityId }),
      await stage.issue({ remaining: 100 }, { identityId }),
    ];
    await untilServed(poor, 3);
    await untilServed(rich, 7);
    await eventually(async () => expect(await stage.creditsOf(rich.id)).toBe(93));
    await eventually(async () => expect(await stage.creditsOf(poor.id)).toBe(0));
  });

  it('are not spent by a request that is refused or whose upstream cannot be reached', async () => {
    const issued = await stage.issue({ remaining: 30 });
    const { token, id } = issued;
    expect(told(await stage.at(0, '/paid/x', token, { method: 'PUT' }))[0]).toBe('scope-insufficient');
    expect(told(await stage.at(0, '/broken/x', token))[0]).toBe('upstream-unavailable');
    const limited = await burst(5, () => stage.at(0, '/limited/x', token));
    expect(limited.map(({ code }) => code).filter((code) => code === 'quota-exhausted')).toHaveLength(4);
    await eventually(async () => expect(await stage.creditsOf(id)).toBe(28));
    expect(told(await stage.at(0, '/paid/x', token))).toEqual([200, '27']);
  });

  it('are what they are set to anew, from the moment the gateway hears of it', async () => {
    const issued = await stage.issue({ remaining: 1_000 });
    expect(told(await stage.at(0, '/paid/x', issued.token))).toEqual([200, '999']);
    await stage.manage('PATCH', `/v1/tokens/${issued.id}?wait=gateways`, { credits: { remaining: 1 } });
    await eventually(async () =>
      expect(told(await stage.at(0, '/paid/x', issued.token, { method: 'POST' }))).toEqual([
        'credits-exhausted',
        '1',
      ]),
    );
    expect(told(await stage.at(0, '/paid/x', issued.token))).toEqual([200, '0']);
    await stage.manage('PATCH', `/v1/tokens/${issued.id}`, { credits: null });
    await eventually(async () =>
      expect(told(await stage.at(0, '/paid/x', issued.token))).toEqual([200, null]),
    );
  });

  it('that a killed gateway held are there again when its lease is over', async () => {
    const issued = await stage.issue({ remaining: 100 });
    for (let i = 0; i < 5; i++) await stage.at(1, '/paid/x', issued.token);
    await stage.gateways[1].kill();
    const [balance] = await stage.database.query(
      `select l.id, a.remaining::int, (l.granted - l.spent)::int as lent
       from issuer.credit_account a join issuer.credit_lease l using (holder) where holder = $1`,
      [issued.id],
    );
    expect(balance.lent).toBeGreaterThan(0);
    const expires = (at: string) =>
      stage.inDatabase(`update issuer.credit_lease set expires_at = ${at} where id = $1`, balance.id);
    await expires(`now() + interval '1 hour'`); // however slow this machine is
    await untilServed(issued, balance.remaining, { gateways: [0] });
    await expires('now()');
    await untilServed(issued, balance.lent, { gateways: [0] });
    await stage.gateways[1].restart();
  });

  it('are spent while the issuer is away as far as they were leased, and then no more', async () => {
    const issued = await stage.issue({ remaining: 1_000 });
    expect((await stage.at(0, '/paid/x', issued.token)).status).toBe(200);
    const killed = stage.issuer.kill(); // at once, while the gateway has something in hand
    const answers = await burst(200, () => stage.at(0, '/paid/x', issued.token));
    await killed;
    expect(servedOf(answers)).toBeGreaterThan(0);
    expect(servedOf(answers)).toBeLessThan(200);
    const refused = answers.filter(({ status }) => status !== 200);
    expect(new Set(refused.map(({ code, status }) => `${status} ${code}`))).toEqual(
      new Set(['503 credits-unavailable']),
    );
    expect(await counted('_refusals_total{reason="issuer-away"}')).toBeGreaterThan(0);
    expect(await counted('_lease_failures_total')).toBeGreaterThan(0);
    await stage.issuer.restart();
    await eventually(async () => expect((await stage.at(0, '/paid/x', issued.token)).status).toBe(200));
    await eventually(async () => {
      const spent = 1_000 - (await stage.creditsOf(issued.id));
      expect(spent).toBeGreaterThanOrEqual(servedOf(answers) + 2);
    });
  });
});

describe('limits of an identity at a gateway', () => {
  it('are shared by its tokens, and change with it', async () => {
    const month = { name: 'month', durationSeconds: 2_592_000 };
    const { id: identityId } = await stage.manage<Issued>('POST', '/v1/identities', {
      externalId: 'limited',
      name: 'x',
      limits: [{ ...month, limit: 3 }],
    });
    const setLimits = (limits: object[]) => stage.manage('PATCH', `/v1/identities/${identityId}`, { limits });
    const tokens = await Promise.all([1, 2].map(() => stage.issue(undefined, { identityId })));
    const inTurn = (i: number) => stage.at(0, '/free/x', tokens[i % 2].token);
    const answers = [await inTurn(0), await inTurn(1), await inTurn(2), await inTurn(3)];
    expect(answers.map(({ code, status }) => code || status)).toEqual([200, 200, 200, 'rate-limited']);
    expect(answers[1].headers.get('ratelimit')).toMatch(/^"identity-month";r=1;t=\d+$/);
    expect(answers[1].headers.get('ratelimit-policy')).toBe('"identity-month";q=3;w=2592000');
    const requestId = answers[3].headers.get('x-request-id');
    const asked = await call(`${stage.gateways[0].adminUrl}/v1/decisions/${requestId}`, ADMIN_TOKEN);
    expect(DecisionAnswer.parse(JSON.parse(asked.body))).toMatchObject({
      refusedBy: 'limit-identity-month',
      steps: expect.arrayContaining([{ policy: 'limit-identity-month', result: 'refused' }]),
    });
    await setLimits([{ ...month, limit: 1 }]);
    await eventually(async () => expect((await inTurn(0)).status).toBe(200));
    expect((await inTurn(1)).code).toBe('rate-limited');
    await setLimits([]);
    await eventually(async () => expect((await inTurn(0)).status).toBe(200));
    expect((await inTurn(1)).headers.get('ratelimit')).toBeNull();
  });
});
