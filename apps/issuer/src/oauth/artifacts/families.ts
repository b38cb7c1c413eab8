import { Inject, Injectable } from '@nestjs/common';
import { AccessTokens } from '../access-tokens/access-tokens.js';
import { Artifacts } from './artifacts.js';

/** All that follows from one grant: codes, refresh tokens, access tokens. It ends together. */
@Injectable()
export class Families {
  constructor(
    @Inject(Artifacts) private readonly artifacts: Artifacts,
    @Inject(AccessTokens) private readonly tokens: AccessTokens,
  ) {}

  /** First the grant, so that nothing more is issued by it; then each token, by an event gateways hear. */
  async end(grantId: string): Promise<void> {
    const key = this.artifacts.keyOf('Grant', grantId);
    await this.artifacts.endGrant(key);
    await this.tokens.revokeOfGrant(key, 'its grant has ended', { actor: 'system:issuer' });
  }
}
