import type { IssuedToken, IssueTokenBody } from '@gatehouse/contracts';
import type { Principal } from '@gatehouse/http';
import { type Clock, newId, systemClock } from '@gatehouse/kernel';
import { Inject, Injectable } from '@nestjs/common';
import type { IssuerConfig } from '../../issuer.config.js';
import { ISSUER_CONFIG } from '../../issuer.tokens.js';
import { newSecret } from '../new-secret.js';
import type { GrantedBy, IssueToken } from '../token.commands.js';
import { Issuance } from './issuance.js';

const DEFAULT_TTL_SECONDS = 90 * 24 * 3600;

/** Makes a secret, commits its hash, and only then lets the secret go. */
@Injectable()
export class IssueTokenService {
  private readonly clock: Clock = systemClock;

  constructor(
    @Inject(Issuance) private readonly issuance: Issuance,
    @Inject(ISSUER_CONFIG) private readonly config: IssuerConfig,
  ) {}

  async issue(body: IssueTokenBody, caller: Principal, traceparent: string): Promise<IssuedToken> {
    const { token, command } = this.prepare(body, caller.scopes);
    const decided = this.issuance.decide(command);
    const metadata = { actor: caller.actor, traceparent };
    const [issuedAt] = await this.issuance.commit(caller.tenant, [decided], metadata);
    return { ...issuedTokenOf(command, caller, issuedAt!), token };
  }

  /** Draws a secret and states what is to be issued; nothing is stored yet. */
  prepare(body: IssueTokenBody, grantedBy: GrantedBy): { token: string; command: IssueToken } {
    const { token, secret } = newSecret(this.config);
    return {
      token,
      command: { ...this.termsOf(body), kind: 'issue', tokenId: newId('tok'), secret, grantedBy },
    };
  }

  private termsOf({
    name,
    scopes,
    expiresInSeconds = DEFAULT_TTL_SECONDS,
    ipAllow = [],
    metadata = {},
  }: IssueTokenBody) {
    const expiresAt = new Date(this.clock.now().getTime() + expiresInSeconds * 1000).toISOString();
    return { name, scopes, expiresAt, ipAllow, metadata };
  }
}

/** What `GET /v1/tokens/{id}` will say, without asking. */
export function issuedTokenOf(
  command: IssueToken,
  caller: Principal,
  issuedAt: Date,
): Omit<IssuedToken, 'token'> {
  const { tokenId, name, scopes, ipAllow, metadata, expiresAt, secret } = command;
  const createdAt = issuedAt.toISOString();
  return {
    id: tokenId,
    tenant: caller.tenant,
    name,
    status: 'active',
    scopes: [...scopes],
    ipAllow: [...ipAllow],
    metadata: { ...metadata },
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
