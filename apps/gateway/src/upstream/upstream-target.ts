import type { RouteSpec } from '../routes/route-spec.js';
import type { Sender } from './connections.js';
import type { UpstreamGroup } from './group/upstream-group.js';
import { basePathOf } from './upstream-url.js';

/** Where a route's requests go, and how their paths change on the way. */
export class UpstreamTarget {
  readonly headersTimeout: number;
  readonly bodyTimeout: number;
  readonly totalMs: number | undefined;
  /** What stands before every path; of a group nothing, because its targets have bases of their own. */
  readonly base: string;
  private readonly stripLength: number;

  /** @param to of one URL its connections; of a group, whose targets have base paths of their own, the group. */
  constructor(
    spec: Pick<RouteSpec, 'upstream' | 'stripPrefix' | 'timeouts'>,
    readonly to: Sender | UpstreamGroup,
  ) {
    this.base = typeof spec.upstream === 'string' ? basePathOf(spec.upstream) : '';
    this.stripLength = spec.stripPrefix?.replace(/\/$/, '').length ?? 0;
    this.headersTimeout = spec.timeouts.headersMs;
    this.bodyTimeout = spec.timeouts.bodyMs;
    this.totalMs = spec.timeouts.totalMs;
  }

  /** The target at the upstream: byte for byte what came, but for the prefix. */
  targetOf(target: string): string {
    const rest = this.stripLength === 0 ? target : target.slice(this.stripLength);
    return this.base + (rest.charCodeAt(0) === 0x2f ? rest : `/${rest}`);
  }
}
