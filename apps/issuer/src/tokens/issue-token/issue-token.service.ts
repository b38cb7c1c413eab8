import type { IssuedToken, IssueTokenBody, TenantPolicy } from '@gatehouse/contracts';
import type { EventMetadata } from '@gatehouse/event-store';
import type { Principal } from '@gatehouse/http';
import { type Clock, newId, systemClock } from '@gatehouse/kernel';
import { Inject, Injectable } from '@nestjs/common';
import type { IssuerConfig } from '../../issuer.config.js';
import { ISSUER_CONFIG } from '../../issuer.tokens.js';
import { CustomScopes, refuseUndefined } from '../../permissions/scopes/custom-scopes.js';
import { refuseOutsidePolicy } from '../../tenants/policy-rules.js';
import { Tenants } from '../../tenants/tenants.js';
import { newSecret } from '../new-secret.js';
import type { GrantedBy, IssueToken, NewSecret } from '../token.commands.js';
import { Issuance, type Stored } from './issuance.js';

const DEFAULT_TTL_SECONDS = 90 * 24 * 3600;

/** In whose name a token is issued, and what he may. */
export interface Grantor {
  readonly tenant: string;
  readonly policy: TenantPolicy;
  readonly grantedBy: GrantedBy;
  /** The scopes his tenant has defined, where it grants no others. */
  readonly defined?: readonly string[];
}

/** Makes a secret, commits its hash, and only then lets the secret go. */
@Injectable()
export class IssueTokenService {
  private readonly clock: Clock = systemClock;

  constructor(
    @Inject(Issuance) private readonly issuance: Issuance,
    @Inject(ISSUER_CONFIG) private readonly config: IssuerConfig,
    @Inject(Tenants) private readonly tenants: Tenants,
    @Inject(CustomScopes) private readonly scopes: CustomScopes,
  ) {}

  async issue(body: IssueTokenBody, caller: Principal, traceparent: string): Promise<IssuedToken> {
    return this.issueFor(await this.grantorOf(caller), body, { actor: caller.actor, traceparent });
  }

  /** @throws DomainError as the decider does, and with the code of the rule of the tenant's policy that is broken. */
  async issueFor(grantor: Grantor, body: IssueTokenBody, metadata: EventMetadata): Promise<IssuedToken> {
    const { token, command } = this.prepare(body, grantor);
    const decided = this.issuance.decide(command);
    const [stored] = await this.issuance.commit(grantor.tenant, [decided], metadata);
    const { tenant } = grantor;
    return { ...issuedTokenOf(command, { tenant, actor: metadata.actor }, stored!), token };
  }

  /** What a caller may grant, and within which policy. */
  async grantorOf({ tenant, scopes }: Principal): Promise<Grantor> {
    const policy = await this.tenants.policyOf(tenant);
    const defined = await this.scopes.grantable(tenant, policy);
    return { tenant, policy, grantedBy: scopes, ...(defined && { defined }) };
  }

  /** Draws a secret and states what is to be issued; nothing is stored yet. */
  prepare(body: IssueTokenBody, grantor: Grantor): { token: string; command: IssueToken } {
    const { token, secret } = newSecret(this.config, grantor.policy.tokenPrefix);
    return { token, command: this.commandFor(body, grantor, secret) };
  }

  /** States what is to be issued for a secret that exists; nothing is stored yet. */
  commandFor(body: IssueTokenBody, { policy, grantedBy, defined }: Grantor, secret: NewSecret): IssueToken {
    const ttlSeconds =
      body.expiresInSeconds === undefined
        ? Math.min(DEFAULT_TTL_SECONDS, policy.maxTtlSeconds ?? DEFAULT_TTL_SECONDS)
        : body.expiresInSeconds;
    const { scopes, ipAllow = [] } = body;
    refuseOutsidePolicy(policy, { ttlSeconds, ipAllow, scopes }, grantedBy);
    refuseUndefined(scopes, defined);
    const rotation = body.rotation === undefined ? policy.rotation : body.rotation;
    const terms = {
      ...this.termsOf(body),
      expiresAt: this.expiryOf(ttlSeconds),
      ...(rotation && { rotation }),
    };
    return { ...terms, kind: 'issue', tokenId: newId('tok'), secret, grantedBy };
  }

  private expiryOf(ttlSeconds: number | null): string | null {
    return ttlSeconds === null
      ? null
      : new Date(this.clock.now().getTime() + ttlSeconds * 1000).toISOString();
  }

  private termsOf({
    expiresInSeconds: _ttl,
    rotation: _rotation,
    ipAllow = [],
    metadata = {},
    ...terms
  }: IssueTokenBody) {
    return { ...terms, ipAllow, metadata };
  }
}

/** What `GET /v1/tokens/{id}` will say, without asking. */
export function issuedTokenOf(
  command: IssueToken,
  caller: Pick<Principal, 'tenant' | 'actor'>,
  { at, credits }: Stored,
): Omit<IssuedToken, 'token'> {
  const { tokenId, name, scopes, ipAllow, metadata, expiresAt, secret } = command;
  const createdAt = at.toISOString();
  return {
    id: tokenId,
    tenant: caller.tenant,
    name,
    status: 'active',
    scopes: [...scopes],
    ipAllow: [...ipAllow],
    ipDeny: [...(command.ipDeny ?? [])],
    metadata: { ...metadata },
    applicationId: command.applicationId ?? null,
    userId: command.userId ?? null,
    serviceAccountId: command.serviceAccountId ?? null,
    identityId: command.identityId ?? null,
    plan: command.plan ?? null,
    protected: command.protected ?? false,
    rotation: command.rotation ?? null,
    credits,
    last4: secret.last4,
    secrets: [{ id: secret.id, last4: secret.last4, addedAt: createdAt, retiresAt: null, lastUsed: null }],
    lastUsed: null,
    createdAt,
    createdBy: caller.actor,
    expiresAt,
    revokedAt: null,
    revokedReason: null,
    suspendedReason: null,
  };
}
