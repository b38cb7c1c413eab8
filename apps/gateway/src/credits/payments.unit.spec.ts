import type { LeaseCreditsAnswer } from '@gatehouse/contracts';
import { describe, expect, it } from '@jest/globals';
import { CreditLeases, type LeaseCredits } from './credit-leases.js';
import { Payments } from './payments.js';

const HOLDER = `tok_${'0'.repeat(32)}`;
const ANSWER: LeaseCreditsAnswer = {
  leases: [{ status: 'held', granted: 10, remaining: 90, elsewhere: 0, refillsAt: null }],
};

/** What pays, where the issuer answers as it is told. */
function payingWith(lease: LeaseCredits) {
  const leases = new CreditLeases('edge', lease, { markOf: () => 0 });
  return { leases, payments: new Payments(leases) };
}

describe('Payments', () => {
  it('waits for the first answer, and pays the next at once of what is in hand', async () => {
    const { promise, resolve } = promised<LeaseCreditsAnswer>();
    const { leases, payments } = payingWith(() => promise);
    const first = payments.pay([HOLDER], 4);
    expect(payments.underWay).toBe(1);
    expect(leases.held()).toEqual({ leases: 0, credits: 0 });
    resolve(ANSWER);
    expect(await first).toMatchObject({ status: 'paid', balance: 96 });
    expect(payments.underWay).toBe(0);
    expect(leases.held()).toEqual({ leases: 1, credits: 6 });
    expect(payments.pay([HOLDER], 1)).toMatchObject({ status: 'paid', balance: 95 });
    expect(leases.held()).toEqual({ leases: 1, credits: 5 });
  });

  it('says that the issuer is away, once it has not answered', async () => {
    const { payments } = payingWith(() => Promise.reject(new Error('away')));
    const away = { status: 'unavailable', reason: 'issuer-away' };
    expect(await payments.pay([HOLDER], 1)).toEqual(away);
  });

  it('lets no more than 10,000 wait', async () => {
    const { promise, resolve } = promised<LeaseCreditsAnswer>();
    const { payments } = payingWith(() => promise);
    const waiting = Array.from({ length: 10_000 }, () => payments.pay([HOLDER], 0));
    expect(payments.underWay).toBe(10_000);
    expect(payments.pay([HOLDER], 0)).toEqual({ status: 'unavailable', reason: 'too-many-waiting' });
    resolve(ANSWER);
    const became = await Promise.all(waiting.map(async (payment) => (await payment).status));
    expect(new Set(became)).toEqual(new Set(['paid']));
  });

  it('has no more holders in mind than it may', () => {
    const payments = new Payments({ accountOf: () => undefined, renew() {} });
    expect(payments.pay([HOLDER], 1)).toEqual({ status: 'unavailable', reason: 'too-many-holders' });
  });
});

const nothing = () => {};

function promised<Value>() {
  let resolve: (value: Value) => void = nothing;
  const promise = new Promise<Value>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
