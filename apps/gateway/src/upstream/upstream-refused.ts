import { errors } from 'undici';
import type { Refusal } from '../request/refusal.js';
import { refusals } from '../request/refusals.js';

/** There is no answer to have from the upstream, and it is known what to tell the client. */
export class UpstreamRefused extends Error {
  constructor(readonly refusal: Refusal) {
    super(refusal.detail);
    this.name = 'UpstreamRefused';
  }
}

/** What to tell the client when there is no answer to have. */
export function refusalOf(error: Error): Refusal {
  if (error instanceof UpstreamRefused) return error.refusal;
  if (
    error instanceof errors.ConnectTimeoutError ||
    error instanceof errors.HeadersTimeoutError ||
    error instanceof errors.BodyTimeoutError
  )
    return refusals.upstreamTimeout;
  return refusals.upstreamUnavailable;
}
