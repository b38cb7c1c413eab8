import type { Call } from '../upstream/send.js';
import { uriOf } from './asking.js';
import type { CacheStores } from './cache-stores.js';
import { InvalidatingAnswer } from './invalidating-answer.js';

/** Lets what is kept go when a request may have changed it. */
export class Invalidation {
  constructor(
    private readonly stores: CacheStores,
    private readonly tenant: string,
  ) {}

  /** Sends on a request with an unsafe method (RFC 9110 §9.2.1). */
  answer({ exchange, request, send, handler }: Call): void {
    send(request, new InvalidatingAnswer(this.stores, this.tenant, uriOf(exchange), handler));
  }
}
