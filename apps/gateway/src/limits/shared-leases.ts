import type { Redis } from 'ioredis';

/** Long enough for a gateway to be slow, and short enough for one that was killed. */
export const LEASE_MS = 30_000;
const MOST_AT_ONCE = 1_000;

/** KEYS: one bound. ARGV: the life of a lease (ms), leases. By the store's own clock, as they were taken. */
const RENEW_LEASES = `
local clock = redis.call('TIME')
local ends = clock[1] * 1000 + clock[2] / 1000 + tonumber(ARGV[1])
for i = 2, #ARGV do redis.call('ZADD', KEYS[1], ends, ARGV[i]) end
redis.call('PEXPIRE', KEYS[1], ARGV[1])
`;

/**
 * What requests under way hold in the store of bounds on concurrency: renewed for as long as they last, an open WebSocket
 * too, so that a gateway that was killed gives back what it held soon.
 */
export class SharedLeases {
  private readonly held = new Map<string, Set<string>>();

  constructor(
    private readonly redis: Redis,
    readonly lifeMs: number,
  ) {}

  /** @returns gives them back. */
  hold(keys: readonly string[], lease: string): () => void {
    for (const key of keys) this.of(key).add(lease);
    return () => {
      for (const key of keys) this.giveBack(key, lease);
    };
  }

  /** Sent in one turn, so that nothing is renewed that was given back meanwhile. */
  async renew(): Promise<void> {
    await Promise.all([...this.held].flatMap(([key, leases]) => this.renewals(key, [...leases])));
  }

  private renewals(key: string, leases: readonly string[]): Promise<unknown>[] {
    const calls: Promise<unknown>[] = [];
    for (let i = 0; i < leases.length; i += MOST_AT_ONCE)
      calls.push(this.redis.eval(RENEW_LEASES, 1, key, this.lifeMs, ...leases.slice(i, i + MOST_AT_ONCE)));
    return calls;
  }

  /** One that cannot be given back now ends by itself. */
  private giveBack(key: string, lease: string): void {
    const leases = this.of(key);
    leases.delete(lease);
    if (leases.size === 0) this.held.delete(key);
    this.redis.zrem(key, lease).catch(() => {});
  }

  private of(key: string): Set<string> {
    const known = this.held.get(key);
    if (known) return known;
    const made = new Set<string>();
    this.held.set(key, made);
    return made;
  }
}
