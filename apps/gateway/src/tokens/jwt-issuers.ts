import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import {
  createLocalJWKSet,
  createRemoteJWKSet,
  errors,
  type JSONWebKeySet,
  type JWTPayload,
  type JWTVerifyGetKey,
  jwtVerify,
} from 'jose';
import type { Refusal } from '../request/refusal.js';
import { refusals } from '../request/refusals.js';
import { RoutesRejected } from '../routes/read-routes.js';
import type { IssuerSpec } from './issuer-spec.js';
import type { Resolution } from './resolution.js';
import { scopeSet } from './scope-sets.js';
import { readJwt } from './strict-jwt.js';

/** RFC 7519 §4.1.5: for `nbf` alone; `exp` is compared to the second by a policy. */
const SKEW_SECONDS = 60;
const MAX_JTI = 64;

interface TrustedIssuer {
  readonly spec: IssuerSpec;
  readonly keys: JWTVerifyGetKey;
}

/** The issuers whose JWT access tokens (RFC 9068) the routes accept. */
export class JwtIssuers {
  private constructor(private readonly trusted: ReadonlyMap<string, TrustedIssuer>) {}

  /**
   * @param folder what `jwksFile` is relative to.
   * @throws RoutesRejected when a key file cannot be read.
   */
  static async load(specs: readonly IssuerSpec[], folder: string): Promise<JwtIssuers> {
    const trusted = await Promise.all(
      specs.map(async (spec) => ({ spec, keys: await keysOf(spec, folder) })),
    );
    return new JwtIssuers(new Map(trusted.map((issuer) => [issuer.spec.issuer, issuer])));
  }

  /** Verifies signature, type, issuer, audience and algorithm. Whether it was revoked, others know. */
  async verify(token: string): Promise<Resolution> {
    const unverified = readJwt(token);
    if (!unverified) return { refusal: refusals.tokenMalformed };
    const issuer = this.trusted.get(unverified.issuer);
    if (!issuer) return { refusal: refusals.tokenUnknown };
    try {
      const { payload } = await jwtVerify(token, issuer.keys, {
        algorithms: issuer.spec.algorithms,
        issuer: issuer.spec.issuer,
        audience: issuer.spec.audience,
        typ: 'at+jwt',
        requiredClaims: ['exp', 'iat', 'jti'],
        clockTolerance: SKEW_SECONDS,
      });
      return this.resolutionOf(payload, issuer.spec.tenant);
    } catch (error) {
      return { refusal: refusalOf(error) };
    }
  }

  private resolutionOf({ jti, exp, iat, scope }: JWTPayload, tenant: string): Resolution {
    if (!jti || jti.length > MAX_JTI || !exp || !iat) return { refusal: refusals.tokenMalformed };
    const text = typeof scope === 'string' ? scope : '';
    return {
      credential: {
        tokenId: jti,
        tenant,
        scopes: scopeSet(text),
        scope: text,
        ipAllow: undefined,
        expiresAtMs: exp * 1000,
        goodAtMs: iat * 1000,
        confirmedAt: Number.NEGATIVE_INFINITY, // nobody was asked
        asOf: undefined,
        issuers: this,
        newerThan: undefined,
      },
    };
  }
}

async function keysOf(spec: IssuerSpec, folder: string): Promise<JWTVerifyGetKey> {
  if (spec.jwksUri) return createRemoteJWKSet(new URL(spec.jwksUri), { timeoutDuration: 3_000 });
  const file = resolve(folder, spec.jwksFile ?? '');
  try {
    return createLocalJWKSet(JSON.parse(await readFile(file, 'utf8')) as JSONWebKeySet);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new RoutesRejected([`${file}: is not a readable JWK Set (RFC 7517 §5): ${reason}`]);
  }
}

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
