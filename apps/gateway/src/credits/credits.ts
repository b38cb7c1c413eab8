import type { Exchange } from '../request/exchange.js';
import { refusals } from '../request/refusals.js';
import type { CreditAccount } from './credit-account.js';
import type { CreditLeases } from './credit-leases.js';
import { creditRefusal, REMAINING_HEADER } from './credit-refusal.js';

/** As a decision names it. */
export const CREDITS_STEP = 'credits';
/** Requests that wait for a lease at once; past it they are refused. */
const MOST_WAITING = 10_000;
/** A lease can end, or be spent by others, between the answer and the request that waited for it: it waits again, so long in all. */
const PATIENCE_MS = 5_000;

/** Whether a request was paid. */
type Payment =
  | { readonly status: 'paid'; readonly balance: number; readonly settle: (isCharged: boolean) => void }
  | { readonly status: 'exhausted'; readonly account: CreditAccount }
  | { readonly status: 'unavailable' };

const UNAVAILABLE: Payment = { status: 'unavailable' };

/** Spends what a route's requests cost, of leases of this gateway: waits for the issuer only where there is none. */
export class Credits {
  private waiting = 0;

  constructor(private readonly leases: Pick<CreditLeases, 'accountOf' | 'renew'>) {}

  /**
   * Refuses the request, or lets it go on paid. Whatever refuses it later, it has cost nothing.
   * @param holders whose credits it spends; all of them pay, or none.
   * @param proceed told whether time has passed meanwhile.
   */
  admit(
    exchange: Exchange,
    holders: readonly string[],
    cost: number,
    proceed: (hasWaited: boolean) => void,
  ): void {
    const paid = this.pay(holders, cost);
    if (!(paid instanceof Promise)) return settle(exchange, cost, paid, () => proceed(false));
    paid
      .then((payment) => settle(exchange, cost, payment, () => proceed(true)))
      .catch(() => exchange.refuse(refusals.internal, 'failed'));
  }

  private pay(holders: readonly string[], cost: number): Payment | Promise<Payment> {
    const accounts: CreditAccount[] = [];
    for (const holder of holders) {
      const account = this.leases.accountOf(holder);
      if (!account) return UNAVAILABLE;
      accounts.push(account);
    }
    const decided = this.payNow(accounts, cost);
    if (decided) return decided;
    if (this.waiting >= MOST_WAITING) return UNAVAILABLE;
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
    return short.some((account) => account.isAway(now)) ? UNAVAILABLE : undefined;
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
    return UNAVAILABLE;
  }
}

function settle(exchange: Exchange, cost: number, payment: Payment, proceed: () => void): void {
  if (payment.status !== 'paid') {
    exchange.refusedBy = CREDITS_STEP;
    exchange.refuse(
      payment.status === 'exhausted' ? creditRefusal(payment.account, cost) : refusals.creditsUnavailable,
    );
    return;
  }
  if (exchange.response.destroyed) {
    payment.settle(false);
    return exchange.finish('aborted', () => {});
  }
  exchange.credits = cost;
  if (Number.isFinite(payment.balance))
    exchange.limitHeaders = [...exchange.limitHeaders, REMAINING_HEADER, `${payment.balance}`];
  exchange.onFinished(() => {
    const isCharged =
      exchange.outcome === 'served' || (exchange.outcome === 'aborted' && exchange.dispatchedAt > 0);
    if (!isCharged) exchange.credits = 0;
    payment.settle(isCharged);
  });
  proceed();
}
