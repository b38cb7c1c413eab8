import { createHash, randomUUID } from 'node:crypto';
import type { Logger } from '@gatehouse/service';
import { Redis } from 'ioredis';
import type { Limit } from './limit.js';
import {
  both,
  type Draw,
  type LimitStore,
  noteHere,
  takeHere,
  tighter,
  type Verdict,
} from './limit-store.js';
import { periodOf } from './period.js';
import { LEASE_MS, SharedLeases } from './shared-leases.js';
import { TAKE_LIMITS } from './take-limits.script.js';
import { wallClockMs } from '../wall-clock.js';

/** A request waits no longer for the store; then this gateway takes its share. */
const COMMAND_TIMEOUT_MS = 500;
const CONNECT_TIMEOUT_MS = 2_000;
const PROBE_EVERY_MS = 1_000;
/** A gateway that has not been heard of for so long shares no more. */
const GONE_AFTER_MS = 10_000;
const GATEWAYS = 'gatehouse:gateways';
const SCRIPT_SHA = createHash('sha1').update(TAKE_LIMITS).digest('hex');

/**
 * Counts in Redis or Valkey, so that all gateways count as one. While it cannot be reached each takes its share of
 * every limit: what is let through stays bounded, and no request waits.
 */
export class SharedLimits implements LimitStore {
  private readonly redis: Redis;
  private readonly held: SharedLeases;
  private readonly id = randomUUID();
  private leases = 0;
  private up = false;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    url: string,
    private readonly logger: Pick<Logger, 'info' | 'warn'>,
    /** Who share while the store does not answer, as far as is known. */
    private gateways = 1,
    leaseMs = LEASE_MS,
  ) {
    this.redis = new Redis(url, {
      lazyConnect: true,
      enableOfflineQueue: false,
      maxRetriesPerRequest: 0,
      commandTimeout: COMMAND_TIMEOUT_MS,
      connectTimeout: CONNECT_TIMEOUT_MS,
      retryStrategy: (attempt) => Math.min(attempt * 100, PROBE_EVERY_MS),
    });
    this.held = new SharedLeases(this.redis, leaseMs);
    this.redis.on('error', () => {}); // each call says so itself
    this.redis.on('ready', () => void this.probe());
    this.redis.on('close', () => this.setUp(false));
  }

  /** Resolves when the store answered, or was found not to. */
  async start(): Promise<void> {
    this.timer = setInterval(() => void this.probe(), PROBE_EVERY_MS);
    this.timer.unref();
    await this.redis.connect().catch(() => {});
    await this.probe();
  }

  stop(): void {
    clearInterval(this.timer);
    this.redis.disconnect();
  }

  take(draw: Draw): Verdict | Promise<Verdict> {
    return this.up ? this.takeThere(draw).catch(() => this.takeShare(draw)) : this.takeShare(draw);
  }

  private takeShare(draw: Draw): Verdict {
    this.setUp(false);
    return takeHere(draw, now(), this.gateways);
  }

  private async takeThere(draw: Draw): Promise<Verdict> {
    const { limits, keys, cost, maxWaitMs } = draw;
    const asked = limits.flatMap((limit, i) => {
      const subject = keys[i];
      return subject === undefined ? [] : [{ limit, ...this.argumentsOf(limit, subject) }];
    });
    if (asked.length === 0)
      return { refusedBy: undefined, waitMs: 0, tightest: undefined, release: undefined };
    const lease = `${this.id} ${this.leases++}`;
    const answer = await this.run(
      asked.map(({ key }) => key),
      [cost, maxWaitMs, lease, ...asked.flatMap(({ terms }) => terms)],
    );
    const [refused = 0, waitMs = 0, ...left] = answer;
    const refusedBy = refused > 0 ? asked[refused - 1]?.limit : undefined;
    let tightest: Verdict['tightest'];
    for (const [i, { limit }] of asked.entries())
      if (limit.terms.kind !== 'concurrent' && (!refusedBy || refusedBy === limit))
        tightest = tighter(tightest, limit, { remaining: left[i * 2] ?? 0, resetMs: left[i * 2 + 1] ?? 0 });
    if (refusedBy) return { refusedBy, waitMs, tightest, release: undefined };
    const release = noteHere(draw, now(), this.gateways);
    const leased = asked.filter(({ limit }) => limit.terms.kind === 'concurrent').map(({ key }) => key);
    return {
      refusedBy,
      waitMs,
      tightest,
      release: release && both(release, this.held.hold(leased, lease)),
    };
  }

  /** The tenant in braces keeps a tenant's keys on one node of a cluster. */
  private argumentsOf({ id, terms }: Limit, subject: string): { key: string; terms: (string | number)[] } {
    const key = `gatehouse:limit:${id} ${subject}`;
    switch (terms.kind) {
      case 'rate':
        return { key, terms: ['rate', terms.emissionMs, terms.burst] };
      case 'quota': {
        const { period, endsInMs } = periodOf(terms.every, wallClockMs());
        return { key: `${key} ${period}`, terms: ['quota', terms.total, endsInMs] };
      }
      case 'concurrent':
        return { key, terms: ['concurrent', terms.most, this.held.lifeMs] };
    }
  }

  private async run(keys: readonly string[], args: readonly (string | number)[]): Promise<number[]> {
    try {
      return (await this.redis.evalsha(SCRIPT_SHA, keys.length, ...keys, ...args)) as number[];
    } catch (error) {
      if (!String(error).includes('NOSCRIPT')) throw error;
      return (await this.redis.eval(TAKE_LIMITS, keys.length, ...keys, ...args)) as number[];
    }
  }

  /** Whether the store answers, and how many gateways it knows. */
  private async probe(): Promise<void> {
    try {
      const { wallMs } = now();
      await this.redis.zadd(GATEWAYS, wallMs, this.id);
      await this.redis.zremrangebyscore(GATEWAYS, '-inf', wallMs - GONE_AFTER_MS);
      this.gateways = Math.max(1, await this.redis.zcard(GATEWAYS));
      this.setUp(true);
      await this.held.renew();
    } catch {
      this.setUp(false);
    }
  }

  private setUp(up: boolean): void {
    if (up === this.up) return;
    this.up = up;
    const { gateways } = this;
    if (up) this.logger.info({ gateways }, 'limits are counted in the shared store');
    else this.logger.warn({ gateways }, 'the shared store of limits is away; each gateway takes its share');
  }
}

const now = () => ({ monoMs: performance.now(), wallMs: wallClockMs() });
