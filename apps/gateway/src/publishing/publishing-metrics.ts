import { Gauge } from '@gatehouse/service';
import type { Verdict } from './published-routes.js';

/** Where the numbers come from. */
export interface PublishingSource {
  verdicts(): readonly Verdict[];
  leftOut(): number;
}

let source: PublishingSource | undefined;

export const publishedApis = new Gauge({
  name: 'gatehouse_gateway_published_apis',
  help: 'Published APIs by whether this gateway serves them; outdated: as they were before their latest change; left-out: there was no room to keep them',
  labelNames: ['state'],
  aggregator: 'max', // each worker has all of them
  collect() {
    const verdicts = source?.verdicts() ?? [];
    const served = verdicts.filter(({ reason }) => reason === null);
    const outdated = served.filter(({ behind }) => behind !== null).length;
    this.set({ state: 'served' }, served.length - outdated);
    this.set({ state: 'outdated' }, outdated);
    this.set({ state: 'not-served' }, verdicts.length - served.length);
    this.set({ state: 'left-out' }, source?.leftOut() ?? 0);
  },
});

/** Tells the metrics of this process where to read: one gateway a process. */
export function observePublishing(from: PublishingSource): void {
  source = from;
}
