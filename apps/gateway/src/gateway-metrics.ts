import { Counter, Gauge } from '@gatehouse/service';
import type { Tally } from './records/request-stats.js';

/** Where the numbers come from that change too often to be pushed. */
export interface MetricSources {
  tallies(): Iterable<Tally>;
  spoolBytes(): number;
  outstandingBatches(): number;
  droppedRecords(): number;
  cacheHits(): number;
  cacheMisses(): number;
  viewAgeSeconds(): number;
  trackedChanges(): number;
}

let sources: MetricSources | undefined;

/** Requests by route, status class and problem code: never by token or path. */
export const requestsTotal = new Counter({
  name: 'gatehouse_gateway_requests_total',
  help: 'Requests by route, status class and problem code',
  labelNames: ['route', 'status', 'code'],
  collect() {
    this.reset();
    for (const { requests, ...labels } of sources?.tallies() ?? []) this.inc(labels, requests);
  },
});

/** @param aggregator what the workers of a gateway make of theirs together. */
const gauge = (
  name: string,
  help: string,
  read: (from: MetricSources) => number,
  aggregator: 'sum' | 'max' = 'sum',
) =>
  new Gauge({
    name: `gatehouse_gateway_${name}`,
    help,
    aggregator,
    collect() {
      if (sources) this.set(read(sources));
    },
  });

const total = (name: string, help: string, read: (from: MetricSources) => number) =>
  new Counter({
    name: `gatehouse_gateway_${name}_total`,
    help,
    collect() {
      this.reset();
      if (sources) this.inc(read(sources));
    },
  });

gauge('spool_bytes', 'Request records on disk', (from) => from.spoolBytes());
gauge('spool_outstanding_batches', 'Batches analytics is not known to hold', (from) =>
  from.outstandingBatches(),
);
gauge(
  'view_age_seconds',
  'Since the view of the tokens was last known complete',
  (from) => from.viewAgeSeconds(),
  'max',
);
gauge('token_changes', 'Revoked and changed tokens kept in mind', (from) => from.trackedChanges(), 'max');
total('records_dropped', 'Request records lost to a full or broken disk', (from) => from.droppedRecords());
total('token_cache_hits', 'Requests whose token was known', (from) => from.cacheHits());
total('token_cache_misses', 'Requests whose token had to be looked up or verified', (from) =>
  from.cacheMisses(),
);

/** Tells the metrics of this process where to read: one gateway a process. */
export function observe(from: MetricSources): void {
  sources = from;
}
