import type { LookupAnswer } from '@gatehouse/contracts';
import { identityLimits } from '../limits/identity-limits.js';
import { IpList } from '../request/ip-list.js';
import type { Credential } from './credential.js';
import type { ForeignFormat } from './foreign/foreign-formats.js';
import { scopeSet } from './scope-sets.js';

/** What the issuer said of a token that is good, and when. */
export interface LookedUp extends Pick<Credential, 'goodAtMs' | 'confirmedAt'> {
  readonly answer: Extract<LookupAnswer, { found: true }>;
}

/** The holder of a token the issuer was asked about. @param foreign how it is written, when another system made it. */
export function lookedUpCredential(
  { answer, goodAtMs, confirmedAt }: LookedUp,
  foreign: ForeignFormat | undefined,
): Credential {
  const scope = answer.scopes.join(' ');
  return {
    tokenId: answer.tokenId,
    tenant: answer.tenant,
    scopes: scopeSet(scope),
    scope,
    roles: scopeSet(answer.roles?.join(' ') ?? ''),
    audiences: undefined,
    applicationId: answer.applicationId ?? '',
    userId: answer.userId ?? '',
    identityId: answer.identityId ?? '',
    limits: answer.limits && identityLimits(answer.tenant, answer.limits),
    creditHolders: answer.creditHolders,
    secretId: answer.secretId,
    plan: answer.plan ?? '',
    singleUse: false,
    binding: undefined, // such tokens are never bound
    keyId: undefined,
    ipAllow: answer.ipAllow.length > 0 ? new IpList(answer.ipAllow) : undefined,
    ipDeny: answer.ipDeny && new IpList(answer.ipDeny),
    expiresAtMs: answer.expiresAt === null ? Number.POSITIVE_INFINITY : Date.parse(answer.expiresAt),
    goodAtMs,
    confirmedAt,
    asOf: answer.asOf,
    issuers: undefined,
    foreign,
    introspected: undefined,
    newerThan: 0, // positions say so the first time
    identityNewerThan: 0,
  };
}
