import { isCompactJws } from '@gatehouse/kernel';
import { Inject, Injectable } from '@nestjs/common';
import { createLocalJWKSet, errors, type JWTPayload, jwtVerify } from 'jose';
import { type IssuerConfig, issuerOf } from '../../issuer.config.js';
import { ISSUER_CONFIG } from '../../issuer.tokens.js';
import { SigningKeys } from '../../keys/signing-keys.js';

/** What the issuer's own JWT access tokens (RFC 9068) say, once their signature is verified. */
@Injectable()
export class AccessTokenClaims {
  constructor(
    @Inject(ISSUER_CONFIG) private readonly config: IssuerConfig,
    @Inject(SigningKeys) private readonly keys: SigningKeys,
  ) {}

  /**
   * @param audience that it must be for; whatever it is for when not given.
   * @throws an error of `jose` that says what is wrong. Whether it was revoked is another question.
   */
  async verify(token: string, audience?: string): Promise<JWTPayload> {
    if (!isCompactJws(token)) throw new errors.JWSInvalid('not a compact JWS');
    const keys = createLocalJWKSet({
      keys: this.keys.all().map(({ publicJwk }) => ({ ...publicJwk, kty: publicJwk['kty'] ?? '' })),
    });
    const { payload } = await jwtVerify(token, keys, {
      issuer: issuerOf(this.config),
      typ: 'at+jwt',
      requiredClaims: ['exp', 'jti', 'client_id'],
      ...(audience && { audience }),
    });
    return payload;
  }
}
