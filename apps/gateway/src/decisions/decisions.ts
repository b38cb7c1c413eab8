import { OPERATOR_TENANT } from '@gatehouse/contracts';
import type { EndedExchange } from '../records/ended-exchange.js';
import { NO_ROUTE_TENANT } from '../records/record-line.js';
import { LineShelf } from './line-shelf.js';
import { RecentRing } from './recent-ring.js';

const SERVED = 512;
/** Refused, failed or noticed by a rule. Kept apart, so that traffic that goes well does not push out what somebody will ask about. */
const OTHERS = 8_192;

/** How one request was decided, as far as its record does not say it. */
export interface Decision extends Pick<EndedExchange, 'holder' | 'requirement' | 'refusedBy' | 'viewAgeMs'> {
  readonly requestId: string;
  /** Whose it is to see. */
  readonly tenant: string;
  /** What the route asks, in order. */
  readonly steps: readonly string[];
  /** Where among them the limits of the token's identity are asked. */
  readonly stepsBeforeIdentity: number;
  readonly ownMs: number;
  readonly wasForwarded: boolean;
}

/** With the request's record, in which secrets are redacted. */
export interface RecordedDecision extends Decision {
  readonly line: string;
}

/** The latest of one kind. */
class Recent {
  private readonly ring: RecentRing<Decision>;
  private readonly lines: LineShelf;

  constructor(capacity: number) {
    this.ring = new RecentRing(capacity);
    this.lines = new LineShelf(capacity);
  }

  add(decision: Decision, line: string): void {
    this.lines.put(this.ring.add(decision), line);
  }

  latest(fits: (decision: Decision) => boolean): RecordedDecision | undefined {
    const found = this.ring.latest(fits);
    return found && { ...found.entry, line: this.lines.at(found.place) };
  }
}

/** The latest decisions of this gateway, in memory. Nothing is worked out before somebody asks. */
export class Decisions {
  private readonly served = new Recent(SERVED);
  private readonly others = new Recent(OTHERS);

  /** @param line the request's record. */
  add(exchange: EndedExchange, line: string, endedAt: number): void {
    const { requestId, holder, requirement, refusedBy, viewAgeMs, route, outcome, findings } = exchange;
    const decision: Decision = {
      requestId,
      tenant: holder?.tenant ?? route?.tenant ?? NO_ROUTE_TENANT,
      holder,
      requirement,
      refusedBy,
      viewAgeMs,
      steps: route?.steps ?? [],
      stepsBeforeIdentity: route?.stepsBeforeIdentity ?? 0,
      ownMs: (exchange.dispatchedAt || endedAt) - exchange.startedAt,
      wasForwarded: exchange.dispatchedAt > 0,
    };
    (outcome === 'served' && findings.length === 0 ? this.served : this.others).add(decision, line);
  }

  /**
   * The latest decision on a request that a tenant may see: that of its own token, or where no token was recognised,
   * of its own route. Callers choose request ids, so another tenant's request of the same id must not hide it.
   */
  find(requestId: string, tenant: string): RecordedDecision | undefined {
    const isVisible = (decision: Decision) =>
      decision.requestId === requestId && (tenant === OPERATOR_TENANT || decision.tenant === tenant);
    return this.others.latest(isVisible) ?? this.served.latest(isVisible);
  }
}
