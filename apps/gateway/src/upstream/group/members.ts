import type { UpstreamTargets } from '@gatehouse/contracts';
import type { Balancer } from '../balance/balancer.js';
import { balancerOf } from '../balance/balancer-of.js';
import type { Connections } from '../connections.js';
import { HealthCheck } from '../health/health-check.js';
import { questionOf } from '../health/health-question.js';
import { basePathOf } from '../upstream-url.js';
import type { GroupSpec } from './group-spec.js';
import { Member, type MemberOptions } from './member.js';

/** Targets of one kind, and the choice between them. */
export class Members {
  readonly all: readonly Member[];
  private readonly balancer: Balancer<Member>;
  private readonly maxEjected: number;

  constructor(
    targets: UpstreamTargets,
    spec: GroupSpec,
    { senderTo, ownSenderTo }: Connections,
    onBreaker: MemberOptions['onBreaker'],
  ) {
    this.maxEjected = Math.floor((targets.length * spec.outliers.maxEjectedPercent) / 100);
    const mayEject = (nowMs: number) =>
      this.all.filter(({ ejection }) => ejection.isEjected(nowMs)).length < this.maxEjected;
    const checkOf = (url: string) =>
      spec.health &&
      new HealthCheck(spec.health, questionOf(spec.health, basePathOf(url)), ownSenderTo(url)).start();
    this.all = targets.map(
      (target) =>
        new Member({
          target,
          spec,
          sender: senderTo(target.url),
          check: checkOf(target.url),
          mayEject,
          onBreaker,
        }),
    );
    this.balancer = balancerOf(spec.balance, this.all);
  }

  /**
   * Whom to send a request to: one that was not tried and is well, else one that was not tried, because checks that all
   * say no are more often wrong themselves, else anybody whom the breaker lets us ask.
   * @returns `undefined` when every breaker is open, or has let in as many as it may.
   */
  pick(key: number, tried: readonly Member[]): Member | undefined {
    const now = performance.now();
    const { balancer } = this;
    const isFresh = (one: Member) => one.admits(now) && !tried.includes(one);
    return (
      balancer.pick((one) => isFresh(one) && one.isWell(now), key) ??
      balancer.pick(isFresh, key) ??
      (tried.length > 0 ? balancer.pick((one) => one.admits(now), key) : undefined)
    );
  }

  /** How long until a breaker may let a request through again. */
  waitMs(): number {
    const now = performance.now();
    return Math.min(...this.all.map(({ breaker }) => breaker.waitMs(now)));
  }

  async stop(): Promise<void> {
    for (const { check } of this.all) await check?.stop();
  }
}
