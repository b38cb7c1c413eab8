import { randomBytes, randomFillSync } from 'node:crypto';
import { traceIdOf } from '@gatehouse/http';

const POOL_BYTES = 8_192;
const SAFE_REQUEST_ID = /^[A-Za-z0-9._-]{8,64}$/;

const pool = Buffer.alloc(POOL_BYTES);
let hex = '';
let used = 0;

/** Random hexadecimal digits; one call to the system's generator serves many requests. */
function randomHex(digits: number): string {
  if (used + digits > hex.length) {
    hex = randomFillSync(pool).toString('hex');
    used = 0;
  }
  used += digits;
  return hex.slice(used - digits, used);
}

const processPart = randomBytes(8).toString('hex');
let requests = 0;

/** A caller's own request id is kept when it cannot harm a log line; otherwise a new, unique one. */
export function requestIdOf(given: string | undefined): string {
  if (given !== undefined && SAFE_REQUEST_ID.test(given)) return given;
  requests++;
  return `req_${processPart}${requests.toString(36).padStart(8, '0')}`;
}

/** Our own part of a trace, where it is sampled. */
export interface SpanIds {
  readonly spanId: string;
  /** Undefined: the trace begins here. */
  readonly parentSpanId: string | undefined;
}

/** The trace a request belongs to, and the `traceparent` that goes upstream (W3C Trace Context §3.2). */
export interface Trace {
  readonly traceId: string;
  readonly traceparent: string;
  /** Undefined: no span is made of it. */
  readonly span: SpanIds | undefined;
}

/** Which traces spans are made of. */
export interface Sampling {
  /** Asked for a trace that begins here; of any other the caller has decided. */
  readonly begins: (traceId: string) => boolean;
}

/**
 * Goes on with the caller's trace when its header is well-formed, else begins one.
 * @param sampling undefined: no spans are made, and who comes after us may do as he likes.
 */
export function traceOf(given: string | undefined, sampling?: Sampling): Trace {
  const continued = traceIdOf(given);
  const traceId = continued ?? randomHex(32);
  const spanId = randomHex(16);
  const from = continued === undefined ? undefined : given;
  if (sampling && !(from === undefined ? sampling.begins(traceId) : isSampled(from)))
    return { traceId, traceparent: `00-${traceId}-${spanId}-00`, span: undefined };
  return {
    traceId,
    traceparent: `00-${traceId}-${spanId}-01`,
    span: sampling && { spanId, parentSpanId: from?.slice(36, 52) },
  };
}

/** §3.2.2.5: the lowest bit. */
const isSampled = (traceparent: string): boolean => (Number.parseInt(traceparent.slice(53), 16) & 1) === 1;
