import { newId } from '@gatehouse/kernel';
import { calculateJwkThumbprint, type CryptoKey, exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';

export const JWT_ISSUER = 'https://id.example';
export const JWT_AUDIENCE = 'https://api.example';

/** Somebody with a key: signs access tokens (RFC 9068) and DPoP proofs (RFC 9449). */
export class JwtSigner {
  private constructor(
    private readonly algorithm: string,
    private readonly key: CryptoKey,
    readonly publicJwk: JWK,
    readonly thumbprint: string,
  ) {}

  static async make(algorithm = 'ES256'): Promise<JwtSigner> {
    const { privateKey, publicKey } = await generateKeyPair(algorithm, { extractable: true });
    const jwk = await exportJWK(publicKey);
    return new JwtSigner(algorithm, privateKey, jwk, await calculateJwkThumbprint(jwk));
  }

  /** As it stands in a JWK Set. */
  get listed(): JWK {
    return { ...this.publicJwk, kid: this.thumbprint, alg: this.algorithm };
  }

  /** @param expires as a span of time, from now on. */
  accessToken(claims: { jti?: string; [claim: string]: unknown } = {}, expires = '10m'): Promise<string> {
    return new SignJWT({ scope: 'demo:read', ...claims })
      .setProtectedHeader({ alg: this.algorithm, typ: 'at+jwt', kid: this.thumbprint })
      .setIssuer(JWT_ISSUER)
      .setAudience(JWT_AUDIENCE)
      .setJti(claims.jti ?? newId('tok'))
      .setIssuedAt()
      .setExpirationTime(expires)
      .sign(this.key);
  }

  /** A token as issuers make it that follow RFC 7519 alone. @param header `typ: undefined` leaves it out. */
  jwt(issuer: string, claims: Record<string, unknown>, header: { typ?: string } = { typ: 'JWT' }) {
    return new SignJWT(claims)
      .setProtectedHeader({ alg: this.algorithm, kid: this.thumbprint, ...header })
      .setIssuer(issuer)
      .setAudience(JWT_AUDIENCE)
      .setIssuedAt()
      .setExpirationTime('10m')
      .sign(this.key);
  }

  /** Signs whatever a test calls a proof. */
  proof(claims: Record<string, unknown>, header: Record<string, unknown> = {}): Promise<string> {
    return new SignJWT(claims)
      .setProtectedHeader({ alg: this.algorithm, typ: 'dpop+jwt', jwk: this.publicJwk, ...header })
      .sign(this.key);
  }
}

/** The `issuers` part of a gateway.yaml whose keys lie in `keys.json` beside it. */
export const issuersPart = (algorithms = 'ES256'): string =>
  `issuers: [{ issuer: '${JWT_ISSUER}', audience: '${JWT_AUDIENCE}', jwksFile: keys.json, algorithms: [${algorithms}] }]\n`;
