import type { RateLimit } from '../limits/rate-limit.js';
import type { Policy } from '../request/admission.js';
import { IpList } from '../request/ip-list.js';
import { refusal } from '../request/refusal.js';
import { refusals } from '../request/refusals.js';
import type { TokenChanges } from '../tokens/token-changes.js';
import type { RouteSpec } from './routes-file.js';

/** The rules of one route in the order they are asked. A rule that cannot refuse is left out. */
export function policiesOf(
  spec: RouteSpec,
  changes: Pick<TokenChanges, 'of'>,
  limit: RateLimit | undefined,
): readonly Policy[] {
  const policies: Policy[] = [notRevoked(changes), notExpired, ofTenant(spec.tenant)];
  if (spec.ipDeny) policies.push(notFrom(new IpList(spec.ipDeny)));
  if (spec.ipAllow) policies.push(from(new IpList(spec.ipAllow)));
  policies.push(tokenAddress, scope);
  if (limit) policies.push(withinLimit(limit));
  return policies;
}

const notRevoked =
  (changes: Pick<TokenChanges, 'of'>): Policy =>
  ({ credential }) => {
    const change = changes.of(credential.tokenId);
    if (change === undefined || change.kind === 'changed') return undefined;
    if (change.kind === 'revoked') return refusals.tokenRevoked;
    // An opaque token was looked up since; a JWT cannot know.
    return credential.issuers ? refusals.tokenSuspended : undefined;
  };

const notExpired: Policy = ({ credential, nowMs }) =>
  credential.expiresAtMs <= nowMs ? refusals.tokenExpired : undefined;

const ofTenant =
  (tenant: string): Policy =>
  ({ credential }) =>
    credential.tenant === tenant ? undefined : refusals.tokenForeign;

const notFrom =
  (denied: IpList): Policy =>
  ({ clientAddress }) =>
    denied.has(clientAddress) ? refusals.addressRefused : undefined;

const from =
  (allowed: IpList): Policy =>
  ({ clientAddress }) =>
    allowed.has(clientAddress) ? undefined : refusals.addressRefused;

const tokenAddress: Policy = ({ credential, clientAddress }) =>
  credential.ipAllow && !credential.ipAllow.has(clientAddress) ? refusals.addressRefused : undefined;

const scope: Policy = ({ credential, requirement }) => {
  for (const needed of requirement.scopes) if (!credential.scopes.has(needed)) return requirement.refusal;
  return undefined;
};

const withinLimit =
  (limit: RateLimit): Policy =>
  ({ credential }) => {
    const waitMs = limit.take(credential.tokenId, performance.now());
    if (waitMs === 0) return undefined;
    const seconds = Math.ceil(waitMs / 1000);
    return refusal('rate-limited', `Slow down: this token may go on in ${seconds} s.`, [
      'retry-after',
      `${seconds}`,
    ]);
  };
