import {
  AccessTokenConsumed,
  AccessTokenIssued,
  type GatehouseEvent,
  TokenRevoked,
} from '@gatehouse/contracts';
import type { StoredEvent } from '@gatehouse/event-store';
import type { Decider } from '@gatehouse/kernel';
import { tokenNotFound } from '../../tokens/token.errors.js';

type Stored<E extends GatehouseEvent> = { type: E['type']; data: E['data'] };

/** What can happen in an access token's stream. Its revocation is the same event as any token's: gateways know it. */
export type AccessTokenEvent = Stored<AccessTokenIssued> | Stored<AccessTokenConsumed> | Stored<TokenRevoked>;

/** Where an access token is in its life. Expiry is no status: it is a date that passes. */
export type AccessToken =
  | { readonly status: 'absent' }
  | { readonly status: 'active'; readonly expiresAt: string; readonly singleUse: boolean }
  | { readonly status: 'consumed'; readonly useId: string }
  | { readonly status: 'revoked' };

export interface RevokeAccessToken {
  kind: 'revoke';
  tokenId: string;
  reason: string;
  now: Date;
}

/** Takes the one use of a single-use token. */
export interface ConsumeAccessToken {
  kind: 'consume';
  tokenId: string;
  useId: string;
  now: Date;
}

/** The rules after the issue. The issue itself is one SQL function (`issue_access_tokens`): a new stream decides nothing. */
export const accessTokenDecider: Decider<
  RevokeAccessToken | ConsumeAccessToken,
  AccessTokenEvent,
  AccessToken
> = {
  initial: { status: 'absent' },
  decide(command, token) {
    switch (command.kind) {
      case 'revoke':
        return revoke(command, token);
      case 'consume':
        return consume(command, token);
    }
  },
  evolve(_token, event) {
    switch (event.type) {
      case 'access-token.issued.v1':
        return {
          status: 'active',
          expiresAt: event.data.expiresAt,
          singleUse: event.data.singleUse ?? false,
        };
      case 'access-token.consumed.v1':
        return { status: 'consumed', useId: event.data.useId };
      case 'token.revoked.v1':
        return { status: 'revoked' };
    }
  },
};

function revoke({ tokenId, reason, now }: RevokeAccessToken, token: AccessToken): AccessTokenEvent[] {
  switch (token.status) {
    case 'absent':
      throw tokenNotFound(tokenId);
    case 'active':
      return hasExpired(token, now)
        ? [] // nobody lets it through any more
        : [{ type: TokenRevoked.type, data: { tokenId, reason } }];
    case 'consumed':
    case 'revoked':
      return []; // RFC 7009 §2.2: revoking an invalid token succeeds
  }
}

/** What is not there to be consumed stays as it is; the state says whose use, if any, was the one. */
const consume = ({ tokenId, useId, now }: ConsumeAccessToken, token: AccessToken): AccessTokenEvent[] =>
  token.status === 'active' && token.singleUse && !hasExpired(token, now)
    ? [{ type: AccessTokenConsumed.type, data: { tokenId, useId } }]
    : [];

const hasExpired = ({ expiresAt }: { expiresAt: string }, now: Date): boolean =>
  Date.parse(expiresAt) <= now.getTime();

/** @throws when the store holds a type this build does not know. */
export function accessTokenEventOf(stored: StoredEvent): AccessTokenEvent {
  switch (stored.type) {
    case AccessTokenIssued.type:
      return { type: AccessTokenIssued.type, data: AccessTokenIssued.data.parse(stored.data) };
    case AccessTokenConsumed.type:
      return { type: AccessTokenConsumed.type, data: AccessTokenConsumed.data.parse(stored.data) };
    case TokenRevoked.type:
      return { type: TokenRevoked.type, data: TokenRevoked.data.parse(stored.data) };
    default:
      throw new Error(`stream ${stored.streamId} is not an access token's: ${stored.type}`);
  }
}
