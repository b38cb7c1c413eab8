import type { TokenVerdict } from '@gatehouse/contracts';

/** What is left in one account after a group of verifications: of credits, or of the limit it is named after. */
export interface Account {
  holder: string;
  name: string;
  remaining: number;
  refillsAt: string | null;
}

/** What was bought with the same accounts at the same price. */
export interface Purchase {
  /** Which of the group asked, in their order: the first `granted` of them got it. */
  askedBy: number[];
  price: number;
  granted: number;
  accounts: Account[];
}

/** What of a purchase one who asked is told. */
export type Share =
  | { granted: true; left: readonly Account[] }
  | ({ granted: false } & Pick<TokenVerdict, 'limit' | 'retryAt'> & {
        code: 'credits-exhausted' | 'rate-limited';
      });

/** By who asked. */
export function sharesOf({ askedBy, price, granted, accounts }: Purchase): [number, Share][] {
  const told = accounts.map((account) => ({ ...account, refillsAt: instantOf(account.refillsAt) }));
  return askedBy.map((asker, i) => {
    if (i >= granted) return [asker, refusedFor(told.filter(({ remaining }) => remaining < price))];
    const after = (granted - 1 - i) * price; // what those behind him took
    return [
      asker,
      { granted: true, left: told.map((account) => ({ ...account, remaining: account.remaining + after })) },
    ];
  });
}

/** Credits say more than limits, which come back by themselves. */
function refusedFor(short: readonly Account[]): Share {
  const instants = short.map(({ refillsAt }) => refillsAt);
  const retryAt = instants.includes(null)
    ? null
    : new Date(Math.max(...instants.map((instant) => Date.parse(instant ?? '')))).toISOString();
  const limit = short.find(({ name }) => name !== '');
  return limit && short.every(({ name }) => name !== '')
    ? { granted: false, code: 'rate-limited', limit: limit.name, retryAt }
    : { granted: false, code: 'credits-exhausted', retryAt };
}

const instantOf = (text: string | null): string | null =>
  text === null ? null : new Date(text).toISOString();
