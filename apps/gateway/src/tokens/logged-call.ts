import type { Logger } from '@gatehouse/service';

const LOG_EVERY_MS = 10_000;

/**
 * Says in the log why the issuer cannot be asked (a wrong SERVICE_TOKEN, an issuer that is away), but not for each call.
 * @param trouble what cannot be done meanwhile.
 */
export function loggedCall<Asked, Answer>(
  call: (asked: Asked) => Promise<Answer>,
  trouble: string,
  logger: Pick<Logger, 'warn'>,
): (asked: Asked) => Promise<Answer> {
  let loggedAt = Number.NEGATIVE_INFINITY;
  return async (asked) => {
    try {
      return await call(asked);
    } catch (error) {
      if (performance.now() - loggedAt > LOG_EVERY_MS) {
        loggedAt = performance.now();
        logger.warn({ reason: error instanceof Error ? error.message : String(error) }, trouble);
      }
      throw error;
    }
  };
}
