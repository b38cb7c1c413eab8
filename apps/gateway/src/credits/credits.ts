import type { Exchange } from '../request/exchange.js';
import { refusals } from '../request/refusals.js';
import type { CreditLeases } from './credit-leases.js';
import { creditRefusal, REMAINING_HEADER } from './credit-refusal.js';
import { type Payment, Payments, type Unavailability } from './payments.js';

/** As a decision names it. */
export const CREDITS_STEP = 'credits';

/** Spends what a route's requests cost. */
export class Credits {
  private readonly payments: Payments;
  /** Requests that were refused, by why. */
  readonly refused: Record<Unavailability | 'exhausted' | 'lent-elsewhere', number> = {
    exhausted: 0,
    'lent-elsewhere': 0,
    'issuer-away': 0,
    'waited-in-vain': 0,
    'too-many-waiting': 0,
    'too-many-holders': 0,
  };

  constructor(leases: Pick<CreditLeases, 'accountOf' | 'renew'>) {
    this.payments = new Payments(leases);
  }

  /** Requests that wait for the issuer now. */
  get waiting(): number {
    return this.payments.underWay;
  }

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
    const paid = this.payments.pay(holders, cost);
    if (!(paid instanceof Promise)) return this.settle(exchange, cost, paid, () => proceed(false));
    paid
      .then((payment) => this.settle(exchange, cost, payment, () => proceed(true)))
      .catch(() => exchange.refuse(refusals.internal, 'failed'));
  }

  private settle(exchange: Exchange, cost: number, payment: Payment, proceed: () => void): void {
    switch (payment.status) {
      case 'paid':
        return goOn(exchange, cost, payment, proceed);
      case 'exhausted':
        this.refused[payment.account.beside?.elsewhere ? 'lent-elsewhere' : 'exhausted']++;
        exchange.refusedBy = CREDITS_STEP;
        return exchange.refuse(creditRefusal(payment.account, cost));
      case 'unavailable':
        this.refused[payment.reason]++;
        exchange.refusedBy = CREDITS_STEP;
        return exchange.refuse(refusals.creditsUnavailable);
    }
  }
}

type Paid = Extract<Payment, { status: 'paid' }>;

function goOn(exchange: Exchange, cost: number, { balance, settle }: Paid, proceed: () => void): void {
  if (exchange.response.destroyed) {
    settle(false);
    return exchange.finish('aborted', () => {});
  }
  exchange.credits = cost;
  if (Number.isFinite(balance))
    exchange.limitHeaders = [...exchange.limitHeaders, REMAINING_HEADER, `${balance}`];
  exchange.onFinished(() => {
    const isCharged =
      exchange.outcome === 'served' || (exchange.outcome === 'aborted' && exchange.dispatchedAt > 0);
    if (!isCharged) exchange.credits = 0;
    settle(isCharged);
  });
  proceed();
}
