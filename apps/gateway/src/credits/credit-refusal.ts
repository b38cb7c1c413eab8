import { refusal, type Refusal } from '../request/refusal.js';
import type { CreditAccount } from './credit-account.js';

/** How many credits there are, of whichever has the least. */
export const REMAINING_HEADER = 'x-gatehouse-credits-remaining';
/** When other gateways have given back what they do not spend. */
const GIVEN_BACK_SECONDS = 3;

/** The 429 of credits that are used up. */
export function creditRefusal(account: CreditAccount, cost: number): Refusal {
  const balance = account.balance(performance.now());
  const { elsewhere = 0, refillsAt = null } = account.beside ?? {};
  const headers = [REMAINING_HEADER, `${balance}`];
  if (elsewhere > 0) headers.push('retry-after', `${GIVEN_BACK_SECONDS}`);
  else if (refillsAt !== null) headers.push('retry-after', `${secondsUntil(refillsAt)}`);
  return refusal('credits-exhausted', `This costs ${cost} and ${detailOf(balance, elsewhere)}.`, headers);
}

const detailOf = (balance: number, elsewhere: number): string =>
  elsewhere > 0
    ? `${balance} credits are left, of which other gateways hold ${elsewhere} for the moment`
    : `${balance} credits are left`;

const secondsUntil = (instant: string): number =>
  Math.max(1, Math.ceil((Date.parse(instant) - Date.now()) / 1000));
