import { OPERATOR_TENANT } from '@gatehouse/contracts';
import { digestOfToken, newId } from '@gatehouse/kernel';
import { LOGGER, type Logger } from '@gatehouse/service';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { BootstrapToken, IssuerConfig } from '../issuer.config.js';
import { ISSUER_CONFIG } from '../issuer.tokens.js';
import { Issuance } from '../tokens/issue-token/issuance.js';
import { TokenLookups } from '../tokens/lookup-token/token-lookups.js';
import { secretOf } from '../tokens/new-secret.js';
import { TokenHandler } from '../tokens/token.handler.js';

const UNIQUE_VIOLATION = '23505';

/** Issues the tokens an installation starts with. They have their event and their history like any other. */
@Injectable()
export class BootstrapTokens implements OnModuleInit {
  constructor(
    @Inject(ISSUER_CONFIG) private readonly config: IssuerConfig,
    @Inject(TokenLookups) private readonly lookups: TokenLookups,
    @Inject(Issuance) private readonly issuance: Issuance,
    @Inject(TokenHandler) private readonly handler: TokenHandler,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  async onModuleInit(): Promise<void> {
    for (const bootstrap of this.config.BOOTSTRAP_TOKENS) {
      const known = await this.lookups.lookup(digestOfToken(bootstrap.token));
      if (known.found) await this.keepScopes(known.tokenId, bootstrap);
      else await this.issue(bootstrap);
    }
  }

  /** A newer release may need more, or fewer, rights for its own tokens. */
  private async keepScopes(tokenId: string, { scopes }: BootstrapToken): Promise<void> {
    const command = { kind: 'update', tokenId, now: new Date(), scopes, grantedBy: 'system' } as const;
    await this.handler.handle(OPERATOR_TENANT, command, { actor: 'system:issuer' });
  }

  private async issue({ name, token, scopes, metadata = {} }: BootstrapToken): Promise<void> {
    const terms = { name, scopes, metadata, ipAllow: [], expiresAt: null };
    const secret = secretOf(token, this.config);
    const command = { kind: 'issue', tokenId: newId('tok'), ...terms, secret, grantedBy: 'system' } as const;
    try {
      await this.issuance.commit(OPERATOR_TENANT, [this.issuance.decide(command)], {
        actor: 'system:issuer',
      });
      this.logger.info({ tokenId: command.tokenId, tokenName: name }, 'bootstrap token issued');
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === UNIQUE_VIOLATION)) throw error;
      // another issuer, starting at the same moment, was first
    }
  }
}
