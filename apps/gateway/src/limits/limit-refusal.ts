import { refusal, type Refusal } from '../request/refusal.js';
import type { Limit } from './limit.js';

/** The 429 of a limit. */
export function limitRefusal({ name, terms }: Limit, waitMs: number): Refusal {
  const seconds = Math.max(1, Math.ceil(waitMs / 1000));
  const headers = ['retry-after', `${seconds}`];
  switch (terms.kind) {
    case 'rate':
      return tooManyFor(name, seconds, headers);
    case 'quota':
      if (typeof terms.every === 'number') return tooManyFor(name, seconds, headers);
      return refusal(
        'quota-exhausted',
        `The ${terms.total} of this ${terms.every} under "${name}" are used up. The next begins in ${seconds} s.`,
        headers,
      );
    case 'concurrent':
      return refusal(
        'too-many-at-once',
        `"${name}" allows ${terms.most} requests under way at once. Wait for one to end.`,
        headers,
      );
  }
}

const tooManyFor = (name: string, seconds: number, headers: readonly string[]): Refusal =>
  refusal('rate-limited', `Slow down: the limit "${name}" lets you go on in ${seconds} s.`, headers);
