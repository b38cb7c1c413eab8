import { isPermission, TokenIssued, TokenRevoked } from '@gatehouse/contracts';
import type { Decider } from '@gatehouse/kernel';
import { scopeNotGrantable, tokenIdTaken, tokenNotFound } from './token.errors.js';
import type { TokenEvent } from './token.events.js';

/** Where a token is in its life. Expiry is no status: it is a date that passes. */
export type Token =
  | { status: 'absent' }
  | { status: 'active'; expiresAt: string | null }
  | { status: 'revoked'; reason: string };

export interface IssueToken {
  kind: 'issue';
  tokenId: string;
  name: string;
  scopes: readonly string[];
  expiresAt: string | null;
  ipAllow: readonly string[];
  metadata: Readonly<Record<string, string>>;
  secret: { id: string; hash: string; pepperVersion: number; last4: string };
  /** Scopes the caller holds; `system` may grant any. */
  grantedBy: readonly string[] | 'system';
}

export interface RevokeToken {
  kind: 'revoke';
  tokenId: string;
  reason: string;
}

export type TokenCommand = IssueToken | RevokeToken;

export const tokenDecider: Decider<TokenCommand, TokenEvent, Token> = {
  initial: { status: 'absent' },
  decide(command, token) {
    switch (command.kind) {
      case 'issue':
        return issue(command, token);
      case 'revoke':
        return revoke(command, token);
    }
  },
  evolve(_token, event) {
    switch (event.type) {
      case 'token.issued.v1':
        return { status: 'active', expiresAt: event.data.expiresAt };
      case 'token.revoked.v1':
        return { status: 'revoked', reason: event.data.reason };
    }
  },
};

function issue(command: IssueToken, token: Token): TokenEvent[] {
  if (token.status !== 'absent') throw tokenIdTaken(command.tokenId);
  const { kind: _, grantedBy, ...data } = command;
  const missing =
    grantedBy === 'system' ? [] : command.scopes.filter((s) => isPermission(s) && !grantedBy.includes(s));
  if (missing.length > 0) throw scopeNotGrantable(missing);
  return [
    {
      type: TokenIssued.type,
      data: { ...data, scopes: [...data.scopes], ipAllow: [...data.ipAllow], metadata: { ...data.metadata } },
    },
  ];
}

function revoke({ tokenId, reason }: RevokeToken, token: Token): TokenEvent[] {
  switch (token.status) {
    case 'absent':
      throw tokenNotFound(tokenId);
    case 'active':
      return [{ type: TokenRevoked.type, data: { tokenId, reason } }];
    case 'revoked':
      return []; // RFC 7009 §2.2: revoking an invalid token succeeds
  }
}
