import { networkOf } from '../limits/limit-subject.js';
import { RateCounter } from '../limits/local-counters.js';
import type { GuessesSpec } from './guesses-spec.js';
import { type Refusal, refusal } from './refusal.js';

/**
 * Keeps one address from trying tokens without end: each costs a look-up at the issuer, or a signature. Only what nobody
 * knew is counted, and only tokens that are not remembered are refused for it: who has used his token goes on.
 */
export class Guesses {
  private spec: GuessesSpec | undefined;
  private counter = new RateCounter(1, 1);

  /** @returns the refusal of an address that has guessed too often. */
  refusalOf(address: string, spec: GuessesSpec): Refusal | undefined {
    const waitMs = this.counterBy(spec).waitMs(networkOf(address), 1, now());
    return waitMs === 0 ? undefined : tooMany(Math.ceil(waitMs / 1000));
  }

  /** @param found what a token turned out to be that had to be asked about. */
  note(address: string, spec: GuessesSpec, found: Refusal | undefined): void {
    if (found?.code === 'token-unknown' || found?.code === 'token-signature-invalid')
      this.counterBy(spec).take(networkOf(address), 1, now());
  }

  /** Goes on counting over a reload that says the same. */
  private counterBy(spec: GuessesSpec): RateCounter {
    const { requests, windowSeconds } = spec;
    if (requests !== this.spec?.requests || windowSeconds !== this.spec.windowSeconds)
      this.counter = new RateCounter((windowSeconds * 1000) / requests, requests);
    this.spec = spec;
    return this.counter;
  }
}

const now = () => ({ monoMs: performance.now(), wallMs: 0 });

const tooMany = (seconds: number): Refusal =>
  refusal('rate-limited', `Too many unknown tokens came from this address. Come again in ${seconds} s.`, [
    'retry-after',
    `${seconds}`,
  ]);
