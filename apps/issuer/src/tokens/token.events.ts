import {
  AccessTokenIssued,
  type GatehouseEvent,
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

type Stored<E extends GatehouseEvent> = { type: E['type']; data: E['data'] };

/** What can happen in a token's stream. */
export type TokenEvent =
  | Stored<TokenIssued>
  | Stored<TokenUpdated>
  | Stored<TokenSecretAdded>
  | Stored<TokenSecretRetired>
  | Stored<TokenSuspended>
  | Stored<TokenResumed>
  | Stored<TokenRotationDue>
  | Stored<TokenExpiring>
  | Stored<TokenRevoked>
  | Stored<TokenLeakReported>;

/**
 * Turns a stored event back into one the decider knows.
 * @throws DomainError `not-found` for an OAuth access token, which has rules of its own.
 * @throws when the store holds a type this build does not know: an older issuer must not decide on a newer history.
 */
export function tokenEventOf(stored: StoredEvent): TokenEvent {
  switch (stored.type) {
    case TokenIssued.type:
      return { type: TokenIssued.type, data: TokenIssued.data.parse(stored.data) };
    case TokenUpdated.type:
      return { type: TokenUpdated.type, data: TokenUpdated.data.parse(stored.data) };
    case TokenSecretAdded.type:
      return { type: TokenSecretAdded.type, data: TokenSecretAdded.data.parse(stored.data) };
    case TokenSecretRetired.type:
      return { type: TokenSecretRetired.type, data: TokenSecretRetired.data.parse(stored.data) };
    case TokenSuspended.type:
      return { type: TokenSuspended.type, data: TokenSuspended.data.parse(stored.data) };
    case TokenResumed.type:
      return { type: TokenResumed.type, data: TokenResumed.data.parse(stored.data) };
    case TokenRotationDue.type:
      return { type: TokenRotationDue.type, data: TokenRotationDue.data.parse(stored.data) };
    case TokenExpiring.type:
      return { type: TokenExpiring.type, data: TokenExpiring.data.parse(stored.data) };
    case TokenRevoked.type:
      return { type: TokenRevoked.type, data: TokenRevoked.data.parse(stored.data) };
    case TokenLeakReported.type:
      return { type: TokenLeakReported.type, data: TokenLeakReported.data.parse(stored.data) };
    case AccessTokenIssued.type:
      throw new DomainError(
        'not-found',
        'not-found',
        `${stored.streamId} is an OAuth access token: POST /v1/access-tokens/${stored.streamId}/revoke ends it.`,
      );
    default:
      throw new Error(`stream ${stored.streamId} holds an unknown event: ${stored.type}`);
  }
}
