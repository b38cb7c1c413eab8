import { Counter, Histogram } from '@gatehouse/service';
import type { EndedExchange } from './ended-exchange.js';

/** How many requests ended alike. */
export interface Tally {
  readonly route: string;
  readonly status: string;
  readonly code: string;
  requests: number;
}

/** Routes are few and so are codes, but a metric without a bound is a leak waiting for a bug. */
const MAX_TALLIES = 10_000;

/** Rules of a firewall are hundreds. */
const MAX_FINDINGS_KNOWN = 2_000;

const findingsTotal = new Counter({
  name: 'gatehouse_gateway_findings_total',
  help: 'Requests that a rule noticed, by rule, whether or not they were refused for it',
  labelNames: ['finding'],
});

const own = new Histogram({
  name: 'gatehouse_gateway_own_duration_seconds',
  help: 'The gateway’s own part of a request: from its head to its hand-over or refusal',
  buckets: [0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.05, 0.25, 1],
});

/** Counts requests in plain numbers; the labels are made when somebody reads the metrics. */
export class RequestStats {
  private readonly byRoute = new Map<string, Map<string, Tally>>();
  private readonly findings = new Set<string>();
  private size = 0;

  count(exchange: EndedExchange, endedAt: number): void {
    const { route, status, code, startedAt, dispatchedAt, findings } = exchange;
    const tally = this.tallyOf(route?.id ?? '', `${Math.floor(status / 100)}xx`, code);
    if (tally) tally.requests++;
    for (const finding of findings) this.countFinding(finding);
    own.observe(((dispatchedAt || endedAt) - startedAt) / 1000);
  }

  *tallies(): Iterable<Tally> {
    for (const tallies of this.byRoute.values()) yield* tallies.values();
  }

  private countFinding(finding: string): void {
    if (this.findings.size < MAX_FINDINGS_KNOWN) this.findings.add(finding);
    if (this.findings.has(finding)) findingsTotal.inc({ finding });
  }

  private tallyOf(route: string, status: string, code: string): Tally | undefined {
    let tallies = this.byRoute.get(route);
    if (!tallies) this.byRoute.set(route, (tallies = new Map()));
    const key = code || status;
    let tally = tallies.get(key);
    if (!tally && this.size < MAX_TALLIES) {
      tally = { route, status, code, requests: 0 };
      tallies.set(key, tally);
      this.size++;
    }
    return tally;
  }
}
