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

/** The trace a request belongs to, and the `traceparent` that goes upstream (W3C Trace Context §3.2). */
export interface Trace {
  readonly traceId: string;
  readonly traceparent: string;
}

/** Goes on with the caller's trace when its header is well-formed, else begins one. */
export function traceOf(given: string | undefined): Trace {
  const traceId = traceIdOf(given) ?? randomHex(32);
  return { traceId, traceparent: `00-${traceId}-${randomHex(16)}-01` };
}
