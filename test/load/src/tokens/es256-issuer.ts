import { generateKeyPairSync, randomUUID, sign } from 'node:crypto';

/** A JWT issuer of one run: its key is made for the run and forgotten with it. */
export class Es256Issuer {
  readonly issuer = 'https://bench.gatehouse.dev';
  readonly audience = 'https://api.bench.gatehouse.dev';
  readonly #keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  readonly #keyId = randomUUID();

  /** The public key as a JWK Set (RFC 7517 §5). */
  get jwks(): string {
    const key = this.#keys.publicKey.export({ format: 'jwk' });
    return JSON.stringify({ keys: [{ ...key, kid: this.#keyId, alg: 'ES256', use: 'sig' }] });
  }

  /** The public key as PEM. */
  get publicKeyPem(): string {
    return this.#keys.publicKey.export({ format: 'pem', type: 'spki' }).toString();
  }

  /**
   * An access token (RFC 9068), valid for an hour.
   * @param scope space-separated.
   */
  issue(scope: string): string {
    const now = Math.floor(Date.now() / 1000);
    const header = { alg: 'ES256', typ: 'at+jwt', kid: this.#keyId };
    const jti = randomUUID();
    const claims = {
      iss: this.issuer,
      aud: this.audience,
      sub: jti,
      client_id: 'bench',
      jti,
      iat: now,
      exp: now + 3_600,
      scope,
    };
    const signed = `${base64url(header)}.${base64url(claims)}`;
    // RFC 7515 §3.4 takes the two numbers of the signature as they are, not in DER.
    const signature = sign('sha256', Buffer.from(signed), {
      key: this.#keys.privateKey,
      dsaEncoding: 'ieee-p1363',
    });
    return `${signed}.${signature.toString('base64url')}`;
  }
}

const base64url = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
