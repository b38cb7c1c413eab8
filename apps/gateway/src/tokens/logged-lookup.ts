import type { Logger } from '@gatehouse/service';
import type { Lookup } from './token-lookups.js';

const LOG_EVERY_MS = 10_000;

/** Says in the log why look-ups fail (a wrong SERVICE_TOKEN, an issuer that is away), but not for each of them. */
export function loggedLookup(lookup: Lookup, logger: Pick<Logger, 'warn'>): Lookup {
  let loggedAt = Number.NEGATIVE_INFINITY;
  return async (digest) => {
    try {
      return await lookup(digest);
    } catch (error) {
      if (performance.now() - loggedAt > LOG_EVERY_MS) {
        loggedAt = performance.now();
        logger.warn(
          { reason: error instanceof Error ? error.message : String(error) },
          'tokens cannot be looked up',
        );
      }
      throw error;
    }
  };
}
