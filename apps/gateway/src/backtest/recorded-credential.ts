import { type BacktestInput, type RecordedRequest, rolesOf } from '@gatehouse/contracts';
import { IpList } from '../request/ip-list.js';
import type { Credential } from '../tokens/credential.js';

/** What a token may do today. */
export type TokenFacts = Extract<BacktestInput, { token: unknown }>['token'];

/** Holds whatever it is asked for. */
class Everything extends Set<string> {
  override has(): boolean {
    return true;
  }
}
const everything: ReadonlySet<string> = new Everything();

/** What the policies look at of a token that nobody presents. */
export class RecordedCredentials {
  private readonly known = new Map<
    string,
    Pick<Credential, 'tenant' | 'scopes' | 'scope' | 'roles' | 'ipAllow' | 'ipDeny'>
  >();

  learn({ id, tenant, scopes, ipAllow, ipDeny }: TokenFacts): void {
    this.known.set(id, {
      tenant,
      scopes: new Set(scopes),
      scope: scopes.join(' '),
      roles: new Set(rolesOf(scopes)),
      ipAllow: ipAllow.length > 0 ? new IpList(ipAllow) : undefined,
      ipDeny: ipDeny && new IpList(ipDeny),
    });
  }

  knows(tokenId: string): boolean {
    return this.known.has(tokenId);
  }

  /** That it was good when it came is certain: it was let through then, or refused by a rule, which are asked after that. */
  of({ tokenId, tenant, applicationId, userId, identityId, plan }: RecordedRequest): Credential {
    return {
      tokenId,
      ...(this.known.get(tokenId) ?? {
        tenant,
        scopes: everything,
        scope: '',
        roles: everything,
        ipAllow: undefined,
        ipDeny: undefined,
      }),
      applicationId: applicationId ?? '',
      userId: userId ?? '',
      identityId: identityId ?? '',
      limits: undefined,
      creditHolders: undefined,
      plan: plan ?? '',
      audiences: undefined, // records do not keep them
      secretId: '',
      singleUse: false,
      binding: undefined,
      keyId: undefined,
      expiresAtMs: Number.POSITIVE_INFINITY,
      goodAtMs: 0,
      confirmedAt: 0,
      asOf: undefined,
      issuers: undefined,
      foreign: undefined,
      introspected: undefined,
      newerThan: 0,
      identityNewerThan: 0,
    };
  }
}
