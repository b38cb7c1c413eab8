import type { TokenVerdict } from '@gatehouse/contracts';

/** What is left in one account after a group of verifications. */
export interface Account {
  holder: string;
  name: string;
  remaining: number;
  refillsAt: string | null;
}

/** What was bought for one token at one price. */
export interface Purchase {
  /** Which of the group asked, in their order: the first `granted` of them got it. */
  askedBy: number[];
  price: number;
  granted: number;
  accounts: Account[];
}

/** What of a purchase one who asked is told. */
export type Share =
  | { granted: true; credits: NonNullable<NonNullable<TokenVerdict['token']>['credits']> | undefined }
  | { granted: false; retryAt: string | null };

/** By who asked. */
export function sharesOf({ askedBy, price, granted, accounts }: Purchase): [number, Share][] {
  const [credits] = accounts;
  return askedBy.map((asker, i) => {
    if (i >= granted) return [asker, { granted: false, retryAt: retryAtOf(accounts, price) }];
    const after = (granted - 1 - i) * price; // what those behind him took
    return [
      asker,
      {
        granted: true,
        credits: credits && {
          remaining: credits.remaining + after,
          refillsAt: instantOf(credits.refillsAt),
        },
      },
    ];
  });
}

/** When all that lack something will have been refilled. */
function retryAtOf(accounts: readonly Account[], price: number): string | null {
  const instants = accounts.filter(({ remaining }) => remaining < price).map(({ refillsAt }) => refillsAt);
  return instants.includes(null)
    ? null
    : new Date(Math.max(...instants.map((instant) => Date.parse(instant ?? '')))).toISOString();
}

const instantOf = (text: string | null): string | null =>
  text === null ? null : new Date(text).toISOString();
