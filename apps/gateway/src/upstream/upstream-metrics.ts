import { Counter, Gauge } from '@gatehouse/service';
import type { UpstreamGroupView, UpstreamTargetView } from '@gatehouse/contracts';
import { groupView } from './group/group-view.js';
import type { Upstreams } from './upstreams.js';

/** A gateway.yaml could name half a million; past this many they are at the admin port alone. */
const MAX_TARGETS = 1_000;

let upstreams: Pick<Upstreams, 'inUse'> | undefined;

/** Tells the metrics of this process where to read: one gateway a process. */
export function observeUpstreams(from: Pick<Upstreams, 'inUse'>): void {
  upstreams = from;
}

function* targets(): Iterable<[UpstreamGroupView, UpstreamTargetView]> {
  let left = MAX_TARGETS;
  for (const inUse of upstreams?.inUse() ?? []) {
    const group = groupView(inUse);
    for (const target of group.targets) {
      if (left-- === 0) return;
      yield [group, target];
    }
  }
}

/** @param aggregator what the workers of a gateway make of theirs together. */
const gaugeOf = (
  name: string,
  help: string,
  read: (target: UpstreamTargetView) => number,
  aggregator: 'sum' | 'min' = 'sum',
) =>
  new Gauge({
    name: `gatehouse_gateway_upstream_${name}`,
    help,
    aggregator,
    labelNames: ['upstream', 'target'],
    collect() {
      this.reset();
      for (const [{ name: upstream }, target] of targets())
        this.set({ upstream, target: target.url }, read(target));
    },
  });

gaugeOf(
  'up',
  '1: the target gets requests; 0: its check says no, it is ejected, or its breaker is not closed',
  (one) => (one.check !== 'down' && !one.ejected && one.breaker === 'closed' ? 1 : 0),
  'min',
);
gaugeOf('in_flight', 'Requests under way at the target', ({ inFlight }) => inFlight);
gaugeOf('tunnels', 'WebSockets that are open through the target', ({ tunnels }) => tunnels);

/** By how they ended: never by token or path. */
export const upstreamRequests = new Counter({
  name: 'gatehouse_gateway_upstream_requests_total',
  help: 'Attempts at a target, by how they ended',
  labelNames: ['upstream', 'target', 'outcome'],
  collect() {
    this.reset();
    for (const [{ name: upstream }, { url: target, requests }] of targets())
      for (const [outcome, count] of Object.entries(requests)) this.inc({ upstream, target, outcome }, count);
  },
});

const totalOf = (name: string, help: string, read: (group: UpstreamGroupView) => number) =>
  new Counter({
    name: `gatehouse_gateway_upstream_${name}_total`,
    help,
    labelNames: ['upstream'],
    collect() {
      this.reset();
      let left = MAX_TARGETS;
      for (const inUse of upstreams?.inUse() ?? []) {
        if (left-- === 0) return;
        const group = groupView(inUse);
        this.inc({ upstream: group.name }, read(group));
      }
    },
  });

totalOf('retries', 'Requests that were sent once more', ({ retries }) => retries);
totalOf('refused', 'Requests refused because every breaker was open', ({ refused }) => refused);
totalOf('breakers_opened', 'How often breakers of targets opened', ({ targets: all }) =>
  all.reduce((sum, { opened }) => sum + opened, 0),
);
totalOf('ejections', 'How often targets were ejected', ({ targets: all }) =>
  all.reduce((sum, { ejections }) => sum + ejections, 0),
);
