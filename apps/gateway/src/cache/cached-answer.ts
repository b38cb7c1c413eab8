import type { IncomingHttpHeaders } from 'node:http';
import type { FieldMap, Place } from './asked.js';
import { textOf } from '../upstream/text-of.js';
import type { Storable } from './storable.js';

/** How an answer that is kept can be used now. */
export type Use = 'fresh' | 'stale-while-revalidate' | 'stale' | 'unwanted';

/** What else than its body an answer takes, roughly. */
const OVERHEAD_BYTES = 1_024;

/** Of a 304, what says nothing about the answer that is kept (RFC 9111 §3.2), or is about this hop. */
const NOT_UPDATED = new Set([
  'content-length',
  'content-encoding',
  'content-type',
  'content-range',
  'connection',
  'keep-alive',
  'transfer-encoding',
  'set-cookie',
  'age',
]);

/** An answer that is kept. */
export class CachedAnswer {
  readonly place: Place;
  /** How much of the cache it takes. */
  readonly bytes: number;

  /** @param headers as the upstream sent them, with the length of the body. */
  constructor(
    { tenant, route, target, uri, share }: Place,
    private readonly storable: Storable,
    readonly status: number,
    readonly headers: IncomingHttpHeaders,
    readonly body: Buffer,
  ) {
    this.place = { tenant, route, target, uri, share };
    const text = uri.length + share.length + JSON.stringify([headers, storable.selectedBy]).length;
    this.bytes = OVERHEAD_BYTES + text + body.length;
  }

  /** Whether the headers it was chosen by are the same (RFC 9111 §4.1). */
  isFor(fields: FieldMap): boolean {
    const { selectedBy } = this.storable;
    for (const name in selectedBy) if (selectedBy[name] !== fields[name]) return false;
    return true;
  }

  /** `unwanted`: it is fresh, and the client wants the upstream to be asked (§5.2.1). */
  useFor(fields: FieldMap): Use {
    const { policy, neverStale } = this.storable;
    const isStale = policy.stale();
    if (isStale && neverStale) return 'stale';
    const { 'cache-control': control, pragma } = fields;
    const headers = { ...(control !== undefined && { 'cache-control': control }), ...(pragma && { pragma }) };
    const { response, revalidation } = policy.evaluateRequest({ method: 'GET', headers });
    if (!response) return isStale ? 'stale' : 'unwanted';
    return revalidation ? 'stale-while-revalidate' : 'fresh';
  }

  /** Whether it may stand in for an upstream that fails (RFC 5861 §4). */
  get mayStandIn(): boolean {
    // The policy takes a failure for an answer as long as that is allowed.
    return this.storable.policy.revalidatedPolicy({ headers: {} }, { status: 503, headers: {} }).matches;
  }

  /** Seconds since the upstream said so. */
  get age(): number {
    return Math.max(0, Math.floor(this.storable.policy.age()));
  }

  /** Seconds that it is still fresh; negative: it is stale since. */
  get ttl(): number {
    const { policy } = this.storable;
    return Math.floor(policy.maxAge() - policy.age());
  }

  /** Flat list of what asks the upstream whether it still holds (§4.3.1); empty: nothing can. */
  get validators(): string[] {
    const { etag, 'last-modified': lastModified } = this.headers;
    return [
      ...(etag === undefined ? [] : ['if-none-match', textOf(etag)]),
      ...(lastModified === undefined ? [] : ['if-modified-since', textOf(lastModified)]),
    ];
  }

  /** Its headers after the upstream said that it still holds (§4.3.4). */
  updatedBy(answer: IncomingHttpHeaders): IncomingHttpHeaders {
    const { age: _, ...headers } = this.headers;
    for (const name in answer) if (!NOT_UPDATED.has(name)) headers[name] = answer[name];
    return headers;
  }

  /** Whether the client has it already (RFC 9110 §13.2.2), so that 304 will do. */
  isHeldBy({ 'if-none-match': tags, 'if-modified-since': since }: FieldMap): boolean {
    if (this.status !== 200) return false;
    const { etag, 'last-modified': lastModified } = this.headers;
    if (tags !== undefined) {
      if (tags.trim() === '*') return true;
      return etag !== undefined && tags.split(',').some((tag) => opaque(tag) === opaque(textOf(etag)));
    }
    if (since === undefined || lastModified === undefined) return false;
    return Date.parse(textOf(lastModified)) <= Date.parse(since);
  }
}

/** For the weak comparison (RFC 9110 §8.8.3.2). */
const opaque = (tag: string): string => tag.trim().replace(/^W\//, '');
