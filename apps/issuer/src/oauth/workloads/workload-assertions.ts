import { meetsConditions, type TrustedIssuerTerms } from '@gatehouse/contracts';
import { isCompactJws } from '@gatehouse/kernel';
import { LOGGER, type Logger } from '@gatehouse/service';
import { Inject, Injectable } from '@nestjs/common';
import { createLocalJWKSet, decodeJwt, errors as jose, type JWTPayload, jwtVerify } from 'jose';
import { errors } from 'oidc-provider';
import type { IssuerConfig } from '../../issuer.config.js';
import { ISSUER_CONFIG } from '../../issuer.tokens.js';
import { RemoteKeys } from './remote-keys.js';
import { TrustedIssuers } from './trusted-issuers.js';

const MOST_CHARACTERS = 16_384;
const SKEW_SECONDS = 30;
const ALGORITHMS = ['ES256', 'ES384', 'EdDSA', 'Ed25519', 'PS256', 'RS256'];

/** A workload that somebody trusted vouches for. */
export interface Workload {
  trustedIssuerId: string;
  issuer: string;
  subject: string;
  scopes: readonly string[];
  ttlSeconds: number;
}

/** Tokens of outside issuers, as the word for a workload (RFC 7521 §5.2). */
@Injectable()
export class WorkloadAssertions {
  private readonly remote: RemoteKeys;

  constructor(
    @Inject(TrustedIssuers) private readonly issuers: TrustedIssuers,
    @Inject(ISSUER_CONFIG) config: IssuerConfig,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.remote = new RemoteKeys(config.PEERS_ON_LOOPBACK);
  }

  /**
   * Who may act as the application on the word of this assertion; `undefined`: nobody, whatever is wrong with it.
   * @throws TemporarilyUnavailable when the issuer's keys cannot be had.
   */
  async workloadOf(applicationId: string, assertion: string): Promise<Workload | undefined> {
    const issuer = issuerIn(assertion);
    if (issuer === undefined) return undefined;
    for (const { id, terms } of await this.issuers.ofApplication(applicationId, issuer)) {
      const { sub, exp, ...claims } = (await this.verified(assertion, terms)) ?? {};
      if (
        sub === undefined ||
        exp === undefined ||
        !meetsConditions(terms.conditions, { sub, exp, ...claims })
      )
        continue;
      const ttlSeconds = Math.min(terms.maxTtlSeconds, Math.floor(exp - Date.now() / 1000));
      if (ttlSeconds >= 1)
        return { trustedIssuerId: id, issuer, subject: sub, scopes: terms.scopes, ttlSeconds };
    }
    return undefined;
  }

  private async verified(assertion: string, terms: TrustedIssuerTerms): Promise<JWTPayload | undefined> {
    const { keys, issuer, audience } = terms;
    const set = 'jwksUri' in keys ? this.remote.at(keys.jwksUri) : createLocalJWKSet(keys.jwks);
    const rules = { issuer, audience, algorithms: ALGORITHMS, clockTolerance: SKEW_SECONDS };
    try {
      const { payload } = await jwtVerify(assertion, set, { ...rules, requiredClaims: ['exp', 'sub'] });
      // What is meant for others as well, they could bring here.
      return [payload.aud].flat().length === 1 ? payload : undefined;
    } catch (error) {
      if (isRefusal(error)) return undefined;
      this.logger.warn({ err: error, issuer }, 'the keys of a trusted issuer could not be had');
      throw new errors.TemporarilyUnavailable('the keys of the assertion’s issuer cannot be had; try again');
    }
  }
}

/** Good for finding whom to ask, and for nothing else. */
function issuerIn(assertion: string): string | undefined {
  if (assertion.length > MOST_CHARACTERS || !isCompactJws(assertion)) return undefined;
  try {
    return decodeJwt(assertion).iss;
  } catch {
    return undefined;
  }
}

/** jose tells of keys it could not fetch by its generic error, and of keys too weak to use by a TypeError. */
const isRefusal = (error: unknown): boolean =>
  error instanceof TypeError ||
  (error instanceof jose.JOSEError &&
    !(error instanceof jose.JWKSTimeout) &&
    !(error instanceof jose.JWKSInvalid) &&
    error.code !== 'ERR_JOSE_GENERIC');
