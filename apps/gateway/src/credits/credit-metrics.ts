import { Counter, Gauge, Histogram } from '@gatehouse/service';
import type { CreditLeases, LeaseCredits } from './credit-leases.js';
import type { Credits } from './credits.js';

/** Where the numbers come from. */
export interface CreditSources {
  readonly credits: Pick<Credits, 'refused' | 'waiting'>;
  readonly leases: Pick<CreditLeases, 'held'>;
}

let sources: CreditSources | undefined;

const gauge = (name: string, help: string, read: (from: CreditSources) => number) =>
  new Gauge({
    name: `gatehouse_gateway_${name}`,
    help,
    collect() {
      if (sources) this.set(read(sources));
    },
  });

gauge(
  'credit_leases',
  'Tokens and identities whose credits are in hand',
  ({ leases }) => leases.held().leases,
);
gauge('credits_held', 'Credits in hand, to be spent without asking', ({ leases }) => leases.held().credits);
gauge('credit_waiting_requests', 'Requests that wait for credits', ({ credits }) => credits.waiting);

/** By why: never by token. */
export const creditRefusals = new Counter({
  name: 'gatehouse_gateway_credit_refusals_total',
  help: 'Requests refused because there were no credits, or because nobody could say whether there are',
  labelNames: ['reason'],
  collect() {
    this.reset();
    for (const [reason, count] of Object.entries(sources?.credits.refused ?? {})) this.inc({ reason }, count);
  },
});

const answered = new Histogram({
  name: 'gatehouse_gateway_credit_lease_duration_seconds',
  help: 'Until the issuer answered a question about leases',
  buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
});

const failed = new Counter({
  name: 'gatehouse_gateway_credit_lease_failures_total',
  help: 'Questions about leases that the issuer did not answer',
});

/** Tells the metrics of this process where to read: one gateway a process. */
export function observeCredits(from: CreditSources): void {
  sources = from;
}

/** The same call, measured. */
export function measured(lease: LeaseCredits): LeaseCredits {
  return async (body) => {
    const end = answered.startTimer();
    try {
      const answer = await lease(body);
      end();
      return answer;
    } catch (error) {
      failed.inc();
      throw error;
    }
  };
}
