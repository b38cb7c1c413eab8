import { type LeakPolicyAction, TokenLeakReported, TokenRevoked, TokenSuspended } from '@gatehouse/contracts';
import { tokenNotFound } from '../tokens/token.errors.js';
import type { TokenEvent } from '../tokens/token.events.js';
import { isLive, type Token } from '../tokens/token.state.js';

export interface ReportLeak {
  kind: 'report-leak';
  tokenId: string;
  /** The same for the same secret at the same place: scanners repeat themselves. */
  leakId: string;
  secretId: string;
  source: string;
  url: string;
  policy: LeakPolicyAction;
}

/** More places than anybody needs to see that a token is all over the world. */
const MAX_LEAKS = 100;

/**
 * The leak and what is done about it are one append. A secret that works no longer is reported alone: the token's others
 * are not at risk.
 */
export function reportLeak({ kind: _kind, policy, ...leak }: ReportLeak, token: Token): TokenEvent[] {
  if (token.status === 'absent') throw tokenNotFound(leak.tokenId);
  if (token.leaks.includes(leak.leakId) || token.leaks.length >= MAX_LEAKS) return [];
  const { tokenId, leakId } = leak;
  const reason = `leak reported: ${leakId}`;
  const works = isLive(token) && token.secrets.some(({ id }) => id === leak.secretId);
  const reported = (action: TokenLeakReported['data']['action']): TokenEvent => ({
    type: TokenLeakReported.type,
    data: { ...leak, action },
  });
  if (!works || policy === 'report') return [reported('none')];
  if (policy === 'revoke')
    return [reported('revoked'), { type: TokenRevoked.type, data: { tokenId, reason } }];
  // What is suspended with its service account would be resumed with it, leak or not.
  return token.status === 'suspended' && token.withAccount === undefined
    ? [reported('suspended')]
    : [reported('suspended'), { type: TokenSuspended.type, data: { tokenId, reason } }];
}
