import {
  AccessTokenIssued,
  TokenExpiring,
  TokenIssued,
  TokenLeakReported,
  TokenResumed,
  TokenRevoked,
  TokenRotationDue,
  TokenSecretAdded,
  TokenSecretRetired,
  TokenSuspended,
  TokenUpdated,
} from '@gatehouse/contracts';
import type { StoredEvent } from '@gatehouse/event-store';
import { DomainError } from '@gatehouse/kernel';
import { storedEventsOf } from '../stored-events.js';

const readTokenEvent = storedEventsOf(
  TokenIssued,
  TokenUpdated,
  TokenSecretAdded,
  TokenSecretRetired,
  TokenSuspended,
  TokenResumed,
  TokenRotationDue,
  TokenExpiring,
  TokenRevoked,
  TokenLeakReported,
);

/** What can happen in a token's stream. */
export type TokenEvent = ReturnType<typeof readTokenEvent>;

/**
 * Turns a stored event back into one the decider knows.
 * @throws DomainError `not-found` for an OAuth access token, which has rules of its own.
 * @throws when the store holds a type this build does not know: an older issuer must not decide on a newer history.
 */
export function tokenEventOf(stored: StoredEvent): TokenEvent {
  const { type, streamId } = stored;
  if (type !== AccessTokenIssued.type) return readTokenEvent(stored);
  throw new DomainError(
    'not-found',
    'not-found',
    `${streamId} is an OAuth access token: POST /v1/access-tokens/${streamId}/revoke ends it.`,
  );
}
