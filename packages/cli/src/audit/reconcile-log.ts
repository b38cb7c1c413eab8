import type { AuditApi } from '@gatehouse/client';
import type { LogCounts, ReconcileAnswer } from '@gatehouse/contracts';

/** How the log stands beside the event store. */
export interface Reconciliation {
  counts: LogCounts;
  /** Events in the issuer's feed, as far as the log had followed it. */
  events: number;
  logged: number;
  /** Left out of the log by a recorded decision. */
  quarantined: number;
  missing: ReconcileAnswer['missing'];
  altered: ReconcileAnswer['altered'];
  /** Leaves that say they come from the issuer, which its feed does not hold. */
  unknown: number;
  refilled: number;
}

/** Walks the issuer's whole feed beside the log, a page at a time. */
export async function reconcileLog(
  audit: AuditApi,
  refill: boolean,
  onProgress: (events: number) => void = () => {},
): Promise<Reconciliation> {
  const counts = await audit.counts();
  const through = counts.issuerPosition;
  const sum: Reconciliation = {
    counts,
    events: 0,
    logged: 0,
    quarantined: 0,
    missing: [],
    altered: [],
    unknown: 0,
    refilled: 0,
  };
  for (let after: string | null = '0.0'; after !== null; ) {
    const page: ReconcileAnswer = await audit.reconcile({ after, through, refill });
    sum.events += page.events;
    sum.logged += page.logged;
    sum.quarantined += page.quarantined;
    sum.missing.push(...page.missing);
    sum.altered.push(...page.altered);
    sum.refilled += page.refilled;
    after = page.next;
    onProgress(sum.events);
  }
  sum.unknown = counts.channels.issuer - sum.logged - sum.altered.length;
  return sum;
}

/** Whether the log holds everything it should, and nothing it should not. */
export const isComplete = ({ counts, missing, altered, unknown, refilled }: Reconciliation): boolean =>
  missing.length === refilled &&
  altered.length === 0 &&
  unknown === 0 &&
  counts.gateways.every((gateway) => gateway.missing === 0);
