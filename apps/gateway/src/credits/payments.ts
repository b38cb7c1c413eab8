import type { CreditAccount } from './credit-account.js';
import type { CreditLeases } from './credit-leases.js';

/** Requests that wait for a lease at once; past it they are refused. */
const MOST_WAITING = 10_000;
/** A lease can end, or be spent by others, between the answer and the request that waited for it: it waits again, so long in all. */
const PATIENCE_MS = 5_000;

/** Why nobody can say whether there are credits. */
export type Unavailability = 'issuer-away' | 'waited-in-vain' | 'too-many-waiting' | 'too-many-holders';

/** Whether a request was paid. */
export type Payment =
  | { readonly status: 'paid'; readonly balance: number; readonly settle: (isCharged: boolean) => void }
  | { readonly status: 'exhausted'; readonly account: CreditAccount }
  | { readonly status: 'unavailable'; readonly reason: Unavailability };

const unavailable = (reason: Unavailability): Payment => ({ status: 'unavailable', reason });

/** Pays of leases of this gateway: waits for the issuer only where there is none. */
export class Payments {
  private waiting = 0;

  constructor(private readonly leases: Pick<CreditLeases, 'accountOf' | 'renew'>) {}

  /** Requests that wait for the issuer now. */
  get underWay(): number {
    return this.waiting;
  }

  /** @param holders whose credits are spent; all of them pay, or none. */
  pay(holders: readonly string[], cost: number): Payment | Promise<Payment> {
    const accounts: CreditAccount[] = [];
    for (const holder of holders) {
      const account = this.leases.accountOf(holder);
      if (!account) return unavailable('too-many-holders');
      accounts.push(account);
    }
    const decided = this.payNow(accounts, cost);
    if (decided) return decided;
    if (this.waiting >= MOST_WAITING) return unavailable('too-many-waiting');
    this.waiting++;
    return this.payLater(accounts, cost).finally(() => this.waiting--);
  }

  /** `undefined`: only the issuer can say. */
  private payNow(accounts: readonly CreditAccount[], cost: number): Payment | undefined {
    const now = performance.now();
    const short = accounts.filter((account) => !account.covers(cost, now));
    if (short.length === 0) return this.take(accounts, cost, now);
    const dry = short.find((account) => account.isDry(now));
    if (dry) return { status: 'exhausted', account: dry };
    return short.some((account) => account.isAway(now)) ? unavailable('issuer-away') : undefined;
  }

  private take(accounts: readonly CreditAccount[], cost: number, now: number): Payment {
    const settlements = accounts.map((account) => account.take(cost, now));
    for (const account of accounts) if (account.isLow(now)) this.leases.renew(account);
    return {
      status: 'paid',
      balance: Math.min(...accounts.map((account) => account.balance(now))),
      settle: (isCharged) => {
        for (const end of settlements) end(isCharged);
      },
    };
  }

  private async payLater(accounts: readonly CreditAccount[], cost: number): Promise<Payment> {
    const giveUpAt = performance.now() + PATIENCE_MS;
    for (let now = performance.now(); now < giveUpAt; now = performance.now()) {
      const short = accounts.filter((account) => !account.covers(cost, now));
      const answers = short.map((account) => account.wait(cost));
      for (const account of short) this.leases.renew(account);
      await Promise.all(answers);
      const decided = this.payNow(accounts, cost);
      if (decided) return decided;
    }
    return unavailable('waited-in-vain');
  }
}
