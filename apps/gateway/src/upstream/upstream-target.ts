import type { Pool } from 'undici';
import type { RouteSpec } from '../routes/routes-file.js';

/** Where a route's requests go, and how their paths change on the way. */
export class UpstreamTarget {
  readonly headersTimeout: number;
  readonly bodyTimeout: number;
  private readonly base: string;
  private readonly stripLength: number;

  constructor(
    spec: Pick<RouteSpec, 'upstream' | 'stripPrefix' | 'timeouts'>,
    readonly pool: Pool,
  ) {
    this.base = new URL(spec.upstream).pathname.replace(/\/$/, '');
    this.stripLength = spec.stripPrefix?.replace(/\/$/, '').length ?? 0;
    this.headersTimeout = spec.timeouts.headersMs;
    this.bodyTimeout = spec.timeouts.bodyMs;
  }

  /** The target at the upstream: byte for byte what came, but for the prefix. */
  targetOf(target: string): string {
    const rest = this.stripLength === 0 ? target : target.slice(this.stripLength);
    return this.base + (rest.charCodeAt(0) === 0x2f ? rest : `/${rest}`);
  }
}
