import { digestOfToken } from '@gatehouse/kernel';
import { errors, type JWTHeaderParameters, type JWTPayload, jwtVerify } from 'jose';
import type { Refusal } from '../request/refusal.js';
import { refusals } from '../request/refusals.js';
import { allAccepted } from '../routes/all-accepted.js';
import type { Credential } from './credential.js';
import type { KeySets } from './fetched-keys.js';
import { ForeignFormats } from './foreign/foreign-formats.js';
import type { ForeignTokensSpec } from './foreign/foreign-spec.js';
import { Introspection } from './introspection/introspection.js';
import type { IntrospectionSpec } from './introspection/introspection-spec.js';
import type { IssuerSpec } from './issuer-spec.js';
import { jwtCredential } from './jwt-credential.js';
import { type JwtKeys, jwtKeysOf, thumbprintOf } from './jwt-keys.js';
import type { Resolution } from './resolution.js';
import { readJws } from './strict-jwt.js';
import { wallClockMs } from '../wall-clock.js';

/** RFC 7519 §4.1.5: for `nbf` alone; `exp` is compared to the second by a policy. */
const SKEW_SECONDS = 60;

/** What gateway.yaml says of tokens that are not Gatehouse's own opaque ones. */
export interface TrustSpecs {
  readonly issuers: readonly IssuerSpec[];
  readonly introspection: readonly IntrospectionSpec[];
  readonly foreignTokens: readonly ForeignTokensSpec[];
}

interface TrustedIssuer {
  readonly spec: IssuerSpec;
  readonly keys: JwtKeys;
}

/** The issuers whose access tokens the routes accept beside Gatehouse's own: JWTs (RFC 9068), and opaque ones. */
export class JwtIssuers {
  private static made = 0;
  /** Those of every reload have another: what others have verified is verified again. */
  readonly number = ++JwtIssuers.made;

  private constructor(
    private readonly trusted: ReadonlyMap<string, TrustedIssuer>,
    /** Those of opaque tokens. */
    readonly introspection: Introspection,
    /** Those of another system that the issuer has taken over. */
    readonly foreign: ForeignFormats,
  ) {}

  /**
   * @param folder what `jwksFile` is relative to.
   * @param sets what was fetched of their keys.
   * @throws RoutesRejected when a key file cannot be read.
   */
  static async load(
    { issuers, introspection, foreignTokens }: TrustSpecs,
    folder: string,
    sets: KeySets,
  ): Promise<JwtIssuers> {
    const trusted = await allAccepted(
      issuers.map(async (spec) => ({ spec, keys: await jwtKeysOf(spec, folder, sets) })),
    );
    return new JwtIssuers(
      new Map(trusted.map((issuer) => [issuer.spec.issuer, issuer])),
      await Introspection.load(introspection, folder),
      new ForeignFormats(foreignTokens),
    );
  }

  /** The issuer's keys are others now. */
  refreshKeys(): void {
    for (const { keys } of this.trusted.values()) keys.refresh();
  }

  /** Verifies signature, type, issuer, audience and algorithm. Whether it was revoked, others know. */
  async verify(token: string): Promise<Resolution> {
    const claimed = readJws(token)?.payload['iss'];
    if (typeof claimed !== 'string') return { refusal: refusals.tokenMalformed };
    const issuer = this.trusted.get(claimed);
    if (!issuer) return { refusal: refusals.tokenUnknown };
    try {
      const { type } = issuer.spec;
      const { payload, key, protectedHeader } = await jwtVerify(token, issuer.keys.get, {
        algorithms: issuer.spec.algorithms,
        issuer: issuer.spec.issuer,
        audience: issuer.spec.audience,
        ...(type === 'at+jwt' && { typ: type }),
        requiredClaims: ['exp', 'iat'],
        clockTolerance: SKEW_SECONDS,
        currentDate: new Date(wallClockMs()),
      });
      if (!isAccessToken(protectedHeader)) return { refusal: refusals.tokenMalformed };
      return this.holderOf(token, payload, issuer, await thumbprintOf(key));
    } catch (error) {
      return { refusal: refusalOf(error) };
    }
  }

  /** The holder of a token that they have verified before. @param keyId the thumbprint of the key it was verified with. */
  recall(token: string, keyId: string): Credential | undefined {
    const claims = readJws(token)?.payload;
    const issuer = this.trusted.get(String(claims?.['iss']));
    return claims && issuer && this.holderOf(token, claims, issuer, keyId).credential;
  }

  private holderOf(token: string, claims: JWTPayload, { spec }: TrustedIssuer, keyId: string): Resolution {
    return jwtCredential(claims, { issuers: this, spec, keyId, digest: digestOfToken(token) });
  }
}

/** What may pass for an access token at all: no proof, no logout token and no event is one (RFC 8725 §3.11). */
const isAccessToken = ({ typ }: JWTHeaderParameters): boolean =>
  typ === undefined || /^(application\/)?(at\+)?jwt$/i.test(typ);

function refusalOf(error: unknown): Refusal {
  if (error instanceof errors.JWTExpired) return refusals.tokenExpired;
  if (error instanceof errors.JWTClaimValidationFailed)
    return error.claim === 'aud' ? refusals.tokenForeign : refusals.tokenMalformed;
  if (
    error instanceof errors.JWSSignatureVerificationFailed ||
    error instanceof errors.JWKSNoMatchingKey ||
    error instanceof errors.JWKSMultipleMatchingKeys ||
    error instanceof errors.JOSEAlgNotAllowed
  )
    return refusals.signatureInvalid;
  if (error instanceof errors.JWTInvalid || error instanceof errors.JWSInvalid)
    return refusals.tokenMalformed;
  return refusals.issuerUnavailable; // the keys could not be had
}
