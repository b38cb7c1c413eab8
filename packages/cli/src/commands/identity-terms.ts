import type { IdentityView, UpdateIdentityBody } from '@gatehouse/contracts';
import { type Command, InvalidArgumentError } from 'commander';
import { durationSeconds, keyValue, wholeNumber } from './option-values.js';

type Limit = IdentityView['limits'][number];
type Refill = NonNullable<NonNullable<UpdateIdentityBody['credits']>['refill']>;

/** What may be said of an identity. */
export interface TermOptions {
  name?: string;
  metadata?: Record<string, string>;
  rateLimit?: Limit[];
  /** `false`: no longer counted. */
  credits?: number | false;
  refill?: Refill;
}

/** The options of {@link TermOptions} that every command about them has. */
export const withTerms = (command: Command): Command =>
  command
    .option('--metadata <key=value>', 'kept with it; may be repeated', keyValue)
    .option(
      '--rate-limit <name=count/duration>',
      'what all its tokens may do together, e.g. calls=1000/1h; may be repeated',
      limits,
    )
    .option('--credits <n>', 'what all its tokens may spend together', wholeNumber)
    .option('--refill <amount/day|month[@day]>', 'how credits come back, e.g. 5000/month@1', refill);

/** The fields that were named. */
export function termsOf({ name, metadata, rateLimit, credits, refill: every }: TermOptions) {
  const counted =
    typeof credits === 'number' ? { remaining: credits, ...(every && { refill: every }) } : undefined;
  return { name, metadata, limits: rateLimit, credits: counted };
}

/** A limit for people. */
export const limitText = ({ name, limit, durationSeconds: seconds }: Limit): string =>
  `${name}: ${limit} in ${seconds} s`;

function limits(text: string, earlier: readonly Limit[] = []): Limit[] {
  const [, name = '', count = '', duration = ''] = /^([^=]+)=(\d{1,10})\/(\w+)$/.exec(text) ?? [];
  if (name === '') throw new InvalidArgumentError('expected name=count/duration, e.g. calls=1000/1h');
  return [...earlier, { name, limit: Number(count), durationSeconds: durationSeconds(duration) }];
}

function refill(text: string): Refill {
  const [, amount, every, onDay] = /^(\d{1,13})\/(day|month)(?:@(\d{1,2}))?$/.exec(text) ?? [];
  if (amount === undefined) throw new InvalidArgumentError('expected amount/day or amount/month[@day]');
  return {
    amount: Number(amount),
    every: every === 'day' ? 'day' : 'month',
    ...(onDay !== undefined && { onDay: Number(onDay) }),
  };
}
