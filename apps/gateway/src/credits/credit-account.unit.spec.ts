import type { LeaseAnswer } from '@gatehouse/contracts';
import { describe, expect, it } from '@jest/globals';
import { TokenChanges } from '../tokens/token-changes.js';
import { CreditAccount } from './credit-account.js';

const HOLDER = `tok_${'0'.repeat(32)}`;
const START = performance.now();
const held = (granted: number, remaining = 1_000): LeaseAnswer => ({
  status: 'held',
  granted,
  remaining,
  elsewhere: 0,
  refillsAt: null,
});

/** An account that was answered once, at the start. */
function accountWith(answer: LeaseAnswer, changes = new TokenChanges()) {
  const account = new CreditAccount(HOLDER, changes);
  void account.wait(1);
  account.hear(answer, account.ask(START), START);
  return account;
}

describe('CreditAccount', () => {
  it('spends what it holds, and nothing once its time is over', () => {
    const account = accountWith(held(3));
    expect([account.covers(3, START), account.covers(4, START)]).toEqual([true, false]);
    account.take(2, START);
    expect([account.covers(1, START), account.covers(2, START)]).toEqual([true, false]);
    expect(account.covers(1, START + 15_000)).toBe(false);
  });

  it('has the price of a request again that turned out to cost nothing, and says so', () => {
    const account = accountWith(held(3));
    const [served, refused] = [account.take(1, START), account.take(2, START)];
    expect(account.ask(START + 1)).toMatchObject({ spent: 3 });
    served(true);
    refused(false);
    expect(account.covers(2, START)).toBe(true);
    expect(account.ask(START + 2)).toMatchObject({ spent: 1, turn: 3 });
  });

  it('gives back what it does not spend, and does not spend it while it says so', () => {
    const account = accountWith(held(50));
    account.take(1, START)(true);
    expect(account.isDue(START + 10)).toBe(true);
    expect(account.ask(START + 3_000)).toMatchObject({ spent: 1, need: 0, want: 0, ends: true });
    expect(account.covers(1, START + 3_000)).toBe(false);
  });

  it('keeps its lease, but not what is left of it, while a request is under way', () => {
    const account = accountWith(held(50));
    account.take(1, START);
    const asked = account.ask(START + 3_000);
    expect(asked).toMatchObject({ spent: 1, want: 0 });
    expect(asked).not.toHaveProperty('ends');
    expect(account.hear(held(1), asked, START + 3_000)).toBe(false);
    expect(account.isDue(START + 3_001)).toBe(false);
  });

  it('asks for as much as its pace makes likely', () => {
    const account = accountWith(held(1_000));
    for (let i = 0; i < 100; i++) account.take(1, START);
    expect(account.ask(START + 500).want).toBe(400);
  });

  it('is asked about anew when something happened to its holder', () => {
    const changes = new TokenChanges();
    const account = accountWith(held(50), changes);
    changes.add(HOLDER, { kind: 'changed', position: '1.1', atMs: 0 });
    expect(account.covers(1, START)).toBe(false);
    const asked = account.ask(START);
    account.hear({ status: 'ended' }, asked, START);
    expect(account.covers(1, START)).toBe(false);
    expect(account.ask(START)).toMatchObject({ spent: 0 });
    expect(account.ask(START).id).not.toBe(asked.id);
  });

  it('lets requests go on unpaid while its holder has no credits', () => {
    const account = accountWith({ status: 'uncounted' });
    expect(account.covers(1_000, START)).toBe(true);
    account.take(1_000, START)(true);
    expect(account.balance(START)).toBe(Number.POSITIVE_INFINITY);
  });
});
