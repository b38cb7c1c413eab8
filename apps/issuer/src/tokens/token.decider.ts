import { isDeepStrictEqual } from 'node:util';
import {
  TokenExpiring,
  TokenIssued,
  TokenResumed,
  TokenRevoked,
  TokenRotationDue,
  TokenSecretAdded,
  TokenSecretRetired,
  TokenSuspended,
  TokenUpdated,
} from '@gatehouse/contracts';
import type { Decider } from '@gatehouse/kernel';
import { refuseUngrantable } from '../permissions/grantable.js';
import type {
  IssueToken,
  RemindOfToken,
  ResumeToken,
  RetireSecrets,
  RevokeToken,
  RotateToken,
  SuspendToken,
  TokenCommand,
  UpdateToken,
} from './token.commands.js';
import {
  tokenIdTaken,
  tokenNotActive,
  tokenNotFound,
  tokenProtected,
  tooManySecrets,
} from './token.errors.js';
import { reportLeak } from '../leaks/report-leak.js';
import type { TokenEvent } from './token.events.js';
import { evolve, isLive, type Live, type Token } from './token.state.js';

/** More secrets at once than anybody needs to overlap. */
const MAX_SECRETS = 5;

const DEFAULT_OVERLAP_SECONDS = 24 * 3600;

/** The rules of a token's life. */
export const tokenDecider: Decider<TokenCommand, TokenEvent, Token> = {
  initial: { status: 'absent' },
  decide(command, token) {
    switch (command.kind) {
      case 'issue':
        return issue(command, token);
      case 'update':
        return update(command, liveToken(command, token));
      case 'rotate':
        return rotate(command, liveToken(command, token));
      case 'retire-secrets':
        return retireSecrets(command, token);
      case 'suspend':
        return suspend(command, liveToken(command, token));
      case 'resume':
        return resume(command, liveToken(command, token));
      case 'revoke':
        return revoke(command, token);
      case 'report-leak':
        return reportLeak(command, token);
      case 'remind':
        return remind(command, token);
    }
  },
  evolve,
};

function issue(command: IssueToken, token: Token): TokenEvent[] {
  if (token.status !== 'absent') throw tokenIdTaken(command.tokenId);
  refuseUngrantable(command.scopes, command.grantedBy);
  const { kind: _kind, grantedBy: _grantedBy, ipDeny, ...data } = command;
  const copies = {
    scopes: [...data.scopes],
    ipAllow: [...data.ipAllow],
    metadata: { ...data.metadata },
    ...(ipDeny && { ipDeny: [...ipDeny] }),
  };
  return [{ type: TokenIssued.type, data: { ...data, ...copies } }];
}

function update(
  { kind: _kind, tokenId, now: _now, grantedBy, ...asked }: UpdateToken,
  token: Live,
): TokenEvent[] {
  const changes = Object.fromEntries(
    Object.entries(asked).filter(
      ([field, value]) =>
        value !== undefined &&
        (isCredits(field, value) || !isDeepStrictEqual(value, token[field as keyof Live])),
    ),
  );
  if (Object.keys(changes).length === 0) return [];
  refuseUngrantable(
    (asked.scopes ?? []).filter((scope) => !token.scopes.includes(scope)),
    grantedBy,
  );
  return [{ type: TokenUpdated.type, data: { tokenId, changes } }];
}

/** The same credits again are a change: what was spent of the last ones is there once more. */
const isCredits = (field: string, value: unknown): boolean => field === 'credits' && value !== null;

function rotate({ tokenId, now, secret, ...asked }: RotateToken, token: Live): TokenEvent[] {
  const overlapSeconds = asked.overlapSeconds ?? token.rotation?.overlapSeconds ?? DEFAULT_OVERLAP_SECONDS;
  const overlapped = overlapSeconds > 0;
  if (overlapped && token.secrets.length >= MAX_SECRETS) throw tooManySecrets(MAX_SECRETS);
  const previousRetireAt = new Date(now.getTime() + overlapSeconds * 1000).toISOString();
  const added: TokenEvent = { type: TokenSecretAdded.type, data: { tokenId, secret, previousRetireAt } };
  return overlapped ? [added] : [added, ...token.secrets.map(({ id }) => retired(tokenId, id))];
}

function retireSecrets({ tokenId, now }: RetireSecrets, token: Token): TokenEvent[] {
  if (!isLive(token)) return [];
  const due = token.secrets.filter(
    ({ retiresAt }) => retiresAt !== null && Date.parse(retiresAt) <= now.getTime(),
  );
  return due.map(({ id }) => retired(tokenId, id));
}

/** Suspended for a reason of its own, it stays so when its service account is resumed. */
function suspend({ tokenId, reason, withAccount }: SuspendToken, token: Token): TokenEvent[] {
  if (token.status === 'suspended' && (withAccount !== undefined || token.withAccount === undefined))
    return [];
  const data = { tokenId, reason, ...(withAccount !== undefined && { serviceAccountId: withAccount }) };
  return [{ type: TokenSuspended.type, data }];
}

function resume({ tokenId, reason, withAccount }: ResumeToken, token: Token): TokenEvent[] {
  if (token.status !== 'suspended') return [];
  if (withAccount !== undefined && token.withAccount !== withAccount) return [];
  return [{ type: TokenResumed.type, data: { tokenId, reason } }];
}

function revoke({ tokenId, reason }: RevokeToken, token: Token): TokenEvent[] {
  switch (token.status) {
    case 'absent':
      throw tokenNotFound(tokenId);
    case 'active':
    case 'suspended':
      if (token.protected) throw tokenProtected(tokenId);
      return [{ type: TokenRevoked.type, data: { tokenId, reason } }];
    case 'revoked':
      return []; // RFC 7009 §2.2: revoking an invalid token succeeds
  }
}

function remind({ tokenId, rotation, expiresAt }: RemindOfToken, token: Token): TokenEvent[] {
  if (!isLive(token)) return [];
  const events: TokenEvent[] = [];
  if (rotation && !token.reminded.includes(rotation.secretId))
    events.push({ type: TokenRotationDue.type, data: { tokenId, ...rotation } });
  if (expiresAt !== undefined && !token.reminded.includes(expiresAt))
    events.push({ type: TokenExpiring.type, data: { tokenId, expiresAt } });
  return events;
}

function liveToken({ tokenId, now }: { tokenId: string; now: Date }, token: Token): Extract<Token, Live> {
  if (token.status === 'absent') throw tokenNotFound(tokenId);
  if (!isLive(token)) throw tokenNotActive('It was revoked, and a revoked token stays so.');
  if (token.expiresAt !== null && Date.parse(token.expiresAt) <= now.getTime())
    throw tokenNotActive(`It expired at ${token.expiresAt}.`);
  return token;
}

const retired = (tokenId: string, secretId: string): TokenEvent => ({
  type: TokenSecretRetired.type,
  data: { tokenId, secretId },
});
