import type { IncomingMessage } from 'node:http';
import { hashOf } from '../balance/consistent-hash.js';
import type { Members } from '../group/members.js';
import { Share } from '../share.js';
import type { CanarySpec } from './canary-spec.js';

/** Finer than a hundredth of a percent is no share of tokens. */
const BUCKETS = 10_000;

/** Which requests go to the new version. */
export class Canary {
  private readonly share: Share;
  private readonly header: string | undefined;

  constructor(
    private readonly spec: CanarySpec,
    readonly members: Members,
  ) {
    this.share = new Share(spec.percent);
    this.header = spec.header?.name.toLowerCase();
  }

  takes({ headers }: Pick<IncomingMessage, 'headers'>, tokenId: string): boolean {
    const { percent, sticky, header } = this.spec;
    const given = this.header === undefined ? undefined : headers[this.header];
    if (given !== undefined && (header?.value === undefined || given === header.value)) return true;
    if (!sticky) return this.share.takesNext();
    return (hashOf(`canary ${tokenId}`) % BUCKETS) * 100 < percent * BUCKETS;
  }
}
