import type { IssuedToken, IssueTokenBody } from '@gatehouse/contracts';
import { type Clock, digestOfToken, formatOpaqueToken, newId, systemClock } from '@gatehouse/kernel';
import { Inject, Injectable } from '@nestjs/common';
import type { Principal } from '@gatehouse/http';
import { IssuerConfig } from '../../issuer.config.js';
import { ISSUER_CONFIG } from '../../issuer.tokens.js';
import type { IssueToken } from '../token.decider.js';
import { TokenHandler } from '../token.handler.js';

const DEFAULT_TTL_SECONDS = 90 * 24 * 3600;

/** Makes a secret, commits its hash, and only then lets the secret go. */
@Injectable()
export class IssueTokenService {
  private readonly clock: Clock = systemClock;

  constructor(
    @Inject(TokenHandler) private readonly handler: TokenHandler,
    @Inject(ISSUER_CONFIG) private readonly config: IssuerConfig,
  ) {}

  async issue(body: IssueTokenBody, caller: Principal, traceparent: string): Promise<IssuedToken> {
    const token = formatOpaqueToken(this.config.TOKEN_PREFIX, this.config.TOKEN_ENVIRONMENT);
    const command = this.commandFor(token, body, caller.scopes);
    const { added } = await this.handler.handle(caller.tenant, command, { actor: caller.actor, traceparent });
    const { kind: _, secret, tokenId, grantedBy: __, ...fields } = command;
    return {
      ...fields,
      id: tokenId,
      tenant: caller.tenant,
      status: 'active',
      scopes: [...fields.scopes],
      ipAllow: [...fields.ipAllow],
      last4: secret.last4,
      createdAt: added[0]!.at.toISOString(),
      createdBy: caller.actor,
      revokedAt: null,
      revokedReason: null,
      token,
    };
  }

  /**
   * The command that stores a token, whoever made the secret.
   * @param expires false: never, for tokens of the system itself.
   */
  commandFor(
    token: string,
    body: IssueTokenBody,
    grantedBy: IssueToken['grantedBy'],
    expires = true,
  ): IssueToken {
    const seconds = body.expiresInSeconds ?? DEFAULT_TTL_SECONDS;
    return {
      kind: 'issue',
      tokenId: newId('tok'),
      name: body.name,
      scopes: body.scopes,
      expiresAt: expires ? new Date(this.clock.now().getTime() + seconds * 1000).toISOString() : null,
      ipAllow: body.ipAllow ?? [],
      metadata: body.metadata ?? {},
      secret: {
        id: newId('sec'),
        ...this.config.TOKEN_PEPPERS.hash(digestOfToken(token)),
        last4: token.slice(-4),
      },
      grantedBy,
    };
  }
}
