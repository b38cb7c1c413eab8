import type { AccessTokenIssued } from '@gatehouse/contracts';
import { newId } from '@gatehouse/kernel';
import { LOGGER, type Logger } from '@gatehouse/service';
import { Inject, Injectable } from '@nestjs/common';
import { type AdapterPayload, errors, type KoaContextWithOIDC, Provider } from 'oidc-provider';
import { AccessTokens } from '../access-tokens/access-tokens.js';
import { Artifacts } from '../artifacts/artifacts.js';
import type { Workload } from '../workloads/workload-assertions.js';
import { callerOf } from './engine-caller.js';
import { accountEnded } from './resource-servers.js';

/** What the engine knows of a token it is about to make. */
export type TokenTerms = Pick<
  AdapterPayload,
  'accountId' | 'aud' | 'exp' | 'grantId' | 'jkt' | 'scope' | 'clientId' | 'x5t#S256'
>;

/**
 * No token without its event: called while the engine makes a token, before it is signed or kept. When the event cannot
 * be committed there is no token, and the client is told to come back.
 */
@Injectable()
export class AccessTokenRecorder {
  constructor(
    @Inject(AccessTokens) private readonly tokens: AccessTokens,
    @Inject(Artifacts) private readonly artifacts: Artifacts,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** @returns the id the event gave to the token: its `jti`. */
  recordJwt(terms: TokenTerms, keyId: string): Promise<string> {
    return this.record(terms, { format: 'jwt', keyId });
  }

  recordOpaque(terms: TokenTerms): Promise<string> {
    return this.record(terms, { format: 'opaque', keyId: null });
  }

  /** Revokes a token in the name of the application that asks for it. */
  async revoke(ctx: KoaContextWithOIDC, tokenId: string): Promise<void> {
    const { tenant, metadata } = callerOf(ctx);
    await this.tokens.revoke(tenant, tokenId, 'revoked by its application', metadata);
  }

  private async record(
    terms: TokenTerms,
    form: Pick<AccessTokenIssued['data'], 'format' | 'keyId'>,
  ): Promise<string> {
    const { tenant, metadata, workload, singleUse, certificateBoundTokens, ...caller } = callerOf(
      Provider.ctx,
    );
    // Also when the issuer was set up anew without certificates: rather no token than an unbound one.
    if (certificateBoundTokens && !terms['x5t#S256'])
      throw new errors.InvalidGrant('the client certificate is missing');
    const tokenId = newId('tok');
    const more = { ...wordFor(workload), ...(singleUse ? { singleUse: true as const } : {}) };
    const data = { tokenId, ...caller, ...form, ...eventFieldsOf(terms), ...more };
    const grantKey = terms.grantId ? this.artifacts.keyOf('Grant', terms.grantId) : null;
    const outcome = await this.tokens.issue(tenant, data, grantKey, metadata).catch((error: unknown) => {
      this.logger.error({ err: error, tokenId }, 'no event, so no token');
      throw new errors.TemporarilyUnavailable('the token could not be recorded; try again');
    });
    switch (outcome) {
      case 'issued':
        return tokenId;
      case 'grant-ended':
        throw new errors.InvalidGrant('the grant has ended');
      case 'user-ended':
        throw new errors.InvalidGrant('the user has left');
      case 'application-disabled':
        throw new errors.InvalidClient('the application is disabled');
      case 'account-ended':
        throw accountEnded();
      case 'subject-ended':
        throw new errors.InvalidRequest('the subject token has ended');
      case 'trust-ended':
        throw new errors.InvalidGrant('the assertion’s issuer is trusted no more');
      case 'key-ended':
        throw new errors.TemporarilyUnavailable('the signing key has just been replaced; try again');
    }
  }
}

const wordFor = (workload: Workload | undefined): Pick<AccessTokenIssued['data'], 'workload'> =>
  workload
    ? { workload: { trustedIssuerId: workload.trustedIssuerId, subject: workload.subject.slice(0, 500) } }
    : {};

function eventFieldsOf({ accountId, aud, exp, grantId, jkt, scope, clientId, ...bound }: TokenTerms) {
  const thumbprint = bound['x5t#S256'];
  return {
    applicationId: String(clientId),
    userId: accountId ?? null,
    audience: Array.isArray(aud) ? (aud[0] ?? null) : (aud ?? null),
    scopes: scope ? scope.split(' ') : [],
    expiresAt: new Date((exp ?? 0) * 1000).toISOString(),
    grantId: grantId ?? null,
    jkt: jkt ?? null,
    ...(thumbprint ? { certificateThumbprint: thumbprint } : {}),
  };
}
