import type { Limit } from './limit.js';
import type { Now } from './local-counters.js';
import { wallClockMs } from '../wall-clock.js';

/** What one request asks of several limits at once. */
export interface Draw {
  readonly limits: readonly Limit[];
  /** By position in `limits`; `undefined`: that limit is not for it. */
  readonly keys: readonly (string | undefined)[];
  readonly cost: number;
  /** How long it may wait for its turn at a rate. */
  readonly maxWaitMs: number;
}

/** What came of it. Refused, it has cost nothing. */
export interface Verdict {
  readonly refusedBy: Limit | undefined;
  /** Until its turn, or until it may come again. */
  readonly waitMs: number;
  /** The rate or quota of which the least is left. */
  readonly tightest:
    | { readonly name: string; readonly remaining: number; readonly resetMs: number }
    | undefined;
  /** Gives back what is counted only while the request is under way. */
  readonly release: (() => void) | undefined;
}

/** Keeps the counts. */
export interface LimitStore {
  readonly take: (draw: Draw) => Verdict | Promise<Verdict>;
}

/**
 * Takes of all limits or of none, in this process.
 * @param gateways how many share each limit.
 */
export function takeHere({ limits, keys, cost, maxWaitMs }: Draw, now: Now, gateways = 1): Verdict {
  let waitMs = 0;
  for (const [i, limit] of limits.entries()) {
    const key = keys[i];
    if (key === undefined) continue;
    const wait = limit.local(gateways).waitMs(key, cost, now);
    if (wait > (limit.terms.kind === 'rate' ? maxWaitMs : 0))
      return refusedHere(limit, key, wait, now, gateways);
    if (wait > waitMs) waitMs = wait;
  }
  let tightest: Verdict['tightest'];
  let release: Verdict['release'];
  for (const [i, limit] of limits.entries()) {
    const key = keys[i];
    if (key === undefined) continue;
    const counter = limit.local(gateways);
    counter.take(key, cost, now);
    if (limit.terms.kind === 'concurrent') release = both(release, () => counter.release(key));
    else tightest = tighter(tightest, limit, counter.left(key, now));
  }
  return { refusedBy: undefined, waitMs, tightest, release };
}

/**
 * Counts in this gateway's share what the shared store allowed, so that a share begins where the store left off.
 * @returns gives back what is counted only while the request is under way.
 */
export function noteHere({ limits, keys, cost }: Draw, now: Now, gateways: number): Verdict['release'] {
  let release: Verdict['release'];
  for (const [i, limit] of limits.entries()) {
    const key = keys[i];
    if (key === undefined) continue;
    const counter = limit.local(gateways);
    counter.note(key, cost, now);
    if (limit.terms.kind === 'concurrent') release = both(release, () => counter.release(key));
  }
  return release;
}

/** The one of which less is left. */
export function tighter(
  other: Verdict['tightest'],
  { name }: Limit,
  { remaining, resetMs }: { remaining: number; resetMs: number },
): Verdict['tightest'] {
  return other && other.remaining <= remaining ? other : { name, remaining, resetMs };
}

function refusedHere(limit: Limit, key: string, waitMs: number, now: Now, gateways: number): Verdict {
  const tightest =
    limit.terms.kind === 'concurrent'
      ? undefined
      : tighter(undefined, limit, limit.local(gateways).left(key, now));
  return { refusedBy: limit, waitMs, tightest, release: undefined };
}

export const both = (first: (() => void) | undefined, second: () => void): (() => void) =>
  first
    ? () => {
        first();
        second();
      }
    : second;

/** Counts in this process alone. @param processes that have their share of each limit. */
export const localLimits = (processes = 1): LimitStore => ({
  take: (draw) => takeHere(draw, { monoMs: performance.now(), wallMs: wallClockMs() }, processes),
});
