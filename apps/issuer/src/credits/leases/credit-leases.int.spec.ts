import { digestOfToken, newId } from '@gatehouse/kernel';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startIssuer } from '../../../test/start-issuer.js';

let issuer: Awaited<ReturnType<typeof startIssuer>>;
beforeAll(async () => {
  issuer = await startIssuer();
});
afterAll(() => issuer.stop());

interface Told {
  status: 'held' | 'ended' | 'uncounted';
  granted: number;
  remaining: number;
  elsewhere: number;
  refillsAt: string | null;
}

/** One gateway's lease of a holder's credits. */
class Lease {
  readonly id = newId('lse');
  private turn = 0;

  constructor(
    private readonly holder: string,
    private readonly gateway = 'one',
  ) {}

  async ask(terms: object, turn = ++this.turn): Promise<Told> {
    const asked = { id: this.id, turn, holder: this.holder, spent: 0, need: 0, want: 0, ...terms };
    const body = { gateway: this.gateway, leases: [asked] };
    const answer = await issuer.call('POST', '/v1/credits/leases', body);
    if (answer.status !== 200) throw new Error(`${answer.status}`);
    return answer.body.leases[0];
  }

  /** As if its gateway had been silent until its time was over. */
  expire() {
    return issuer.dataSource.query('update credit_lease set expires_at = now() where id = $1', [this.id]);
  }
}

const issue = async (credits: object, more: object = {}) =>
  (await issuer.call('POST', '/v1/tokens', { name: 'x', scopes: ['a:b'], credits, ...more })).body;
const verify = async (body: object) => (await issuer.call('POST', '/v1/tokens/verify', body)).body;
const left = async (id: string) => (await issuer.call('GET', `/v1/tokens/${id}`)).body.credits.remaining;

describe('credits leased to a gateway', () => {
  it('are taken from what others can spend, and are there until they are spent', async () => {
    const { id, token } = await issue({ remaining: 100 });
    const lease = new Lease(id);
    expect(await lease.ask({ need: 40, want: 40 })).toEqual({
      status: 'held',
      granted: 40,
      remaining: 60,
      elsewhere: 0,
      refillsAt: null,
    });
    expect(await verify({ token, cost: 61 })).toMatchObject({ code: 'credits-exhausted' });
    expect(await left(id)).toBe(100);
    await lease.ask({ spent: 30, want: 10 });
    expect(await left(id)).toBe(70);
  });

  it('are what is needed, and beyond it a part of what is left that becomes small with it', async () => {
    const { id } = await issue({ remaining: 100 });
    const [one, other] = [new Lease(id), new Lease(id, 'other')];
    expect((await one.ask({ need: 1, want: 50 })).granted).toBe(10);
    expect(await other.ask({ need: 85, want: 1_000 })).toMatchObject({
      granted: 85,
      remaining: 5,
      elsewhere: 10,
    });
    expect((await one.ask({ spent: 10, want: 50 })).granted).toBe(10);
    expect(await one.ask({ spent: 10, need: 9, want: 9 })).toMatchObject({ granted: 15, remaining: 0 });
  });

  it('go back when the gateway wants less, and all of them when it ends the lease', async () => {
    const { id, token } = await issue({ remaining: 50 });
    const lease = new Lease(id);
    await lease.ask({ need: 20, want: 20 });
    expect(await lease.ask({ spent: 5, want: 4 })).toMatchObject({ granted: 9, remaining: 41 });
    expect(await lease.ask({ spent: 6, ends: true })).toEqual({ status: 'ended' });
    expect((await verify({ token, cost: 0 })).token.credits.remaining).toBe(44);
    expect(await lease.ask({ spent: 6, need: 1, want: 1 })).toEqual({ status: 'ended' });
  });

  it('never come to more than the balance, however many gateways and verifications ask at once', async () => {
    const { id, token } = await issue({ remaining: 300 });
    const leases = Array.from({ length: 20 }, (_, i) => new Lease(id, `gateway-${i}`));
    const [told, verdicts] = await Promise.all([
      Promise.all(leases.map((lease) => lease.ask({ need: 20, want: 40 }))),
      Promise.all(Array.from({ length: 100 }, () => verify({ token }))),
    ]);
    const leased = told.reduce((sum, { granted }) => sum + granted, 0);
    expect(leased + verdicts.filter(({ valid }) => valid).length).toBe(300);
    expect(await left(id)).toBe(leased);
  });

  it('change nothing when they are asked for again, or late', async () => {
    const { id } = await issue({ remaining: 100 });
    const lease = new Lease(id);
    await lease.ask({ need: 10, want: 10 });
    const told = await lease.ask({ spent: 10, need: 20, want: 20 });
    expect(await lease.ask({ spent: 10, need: 20, want: 20 }, 2)).toEqual(told);
    expect(await lease.ask({ spent: 0, want: 0 }, 1)).toEqual(told);
    expect(await left(id)).toBe(90);
  });

  it('go back when the time of a silent gateway is over; what it says afterwards is still taken', async () => {
    const { id, token } = await issue({ remaining: 100 });
    const lease = new Lease(id);
    await lease.ask({ need: 60, want: 60 });
    await lease.ask({ spent: 10, want: 50 });
    await lease.expire();
    expect((await verify({ token, cost: 0 })).token.credits.remaining).toBe(90);
    expect(await lease.ask({ spent: 25, need: 5, want: 5 })).toEqual({ status: 'ended' });
    expect(await left(id)).toBe(75);
  });

  it('end when the credits are set anew or given up', async () => {
    const { id } = await issue({ remaining: 100 });
    const lease = new Lease(id);
    await lease.ask({ need: 60, want: 60 });
    await issuer.call('PATCH', `/v1/tokens/${id}`, { credits: { remaining: 7 } });
    expect(await left(id)).toBe(7);
    expect(await lease.ask({ spent: 10, want: 60 })).toEqual({ status: 'ended' });
    expect(await left(id)).toBe(7);
    await new Lease(id).ask({ need: 5, want: 5 });
    await issuer.call('PATCH', `/v1/tokens/${id}`, { credits: null });
    expect(await new Lease(id).ask({ need: 1, want: 1 })).toEqual({ status: 'uncounted' });
  });

  it('count as there when a refill is due', async () => {
    const { id, token } = await issue({ remaining: 100, refill: { amount: 100, every: 'day' } });
    const lease = new Lease(id);
    await lease.ask({ need: 80, want: 80 });
    await lease.ask({ spent: 50, want: 30 });
    await issuer.dataSource.query('update credit_account set refills_at = now() where holder = $1', [id]);
    expect(await left(id)).toBe(100);
    expect((await verify({ token, cost: 0 })).token.credits.remaining).toBe(70);
    expect(await left(id)).toBe(100);
  });

  it('are found by whoever looks a token up, with the limits of its identity', async () => {
    const limits = [{ name: 'minute', limit: 5, durationSeconds: 60 }];
    const identity = { externalId: newId('x'), name: 'x', limits, credits: { remaining: 5 } };
    const { id: identityId } = (await issuer.call('POST', '/v1/identities', identity)).body;
    const { id, token } = await issue({ remaining: 5 }, { identityId });

    const answer = await issuer.call('POST', '/v1/tokens/lookup', { digest: digestOfToken(token) });
    expect(answer.body).toMatchObject({ tokenId: id, identityId, limits });
    expect(answer.body.creditHolders.toSorted()).toEqual([identityId, id]);
    expect((await new Lease(identityId).ask({ need: 2, want: 2 })).remaining).toBe(3);
  });

  it.each([
    { leases: [] },
    { leases: [{ id: 'x', turn: 1, holder: 'x', spent: 0, need: 0, want: 0 }] },
    {
      leases: [{ id: newId('lse'), turn: 1, holder: newId('tok'), spent: 0, need: 2, want: 1 }],
    },
  ])('are refused to %j', async (asked) => {
    const answer = await issuer.call('POST', '/v1/credits/leases', { gateway: 'one', ...asked });
    expect([answer.status, answer.body.code]).toEqual([400, 'body-invalid']);
  });
});
