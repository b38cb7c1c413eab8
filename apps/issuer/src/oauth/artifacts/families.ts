import type { EventMetadata } from '@gatehouse/event-store';
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
    await this.endKept(this.artifacts.keyOf('Grant', grantId), { actor: 'system:issuer' });
  }

  /** The same for a grant known by the key it is kept under. */
  async endKept(grantKey: string, metadata: EventMetadata): Promise<void> {
    await this.artifacts.endGrant(grantKey);
    await this.tokens.revokeOfGrant(grantKey, 'its grant has ended', metadata);
  }
}
