import type { Refusal } from '../request/refusal.js';

/** There is no answer to have from the upstream, and it is known what to tell the client. */
export class UpstreamRefused extends Error {
  constructor(readonly refusal: Refusal) {
    super(refusal.detail);
    this.name = 'UpstreamRefused';
  }
}
