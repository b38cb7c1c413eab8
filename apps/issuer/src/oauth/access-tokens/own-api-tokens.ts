import {
  expandRoles,
  OPEN_POLICY,
  type ProblemCode,
  SINGLE_USE_CLAIM,
  type TenantPolicy,
} from '@gatehouse/contracts';
import { type AccessTokenSource, type Principal, TokenVerifier } from '@gatehouse/http';
import { DomainError, newId } from '@gatehouse/kernel';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { errors, type JWTPayload } from 'jose';
import { DataSource } from 'typeorm';
import { type IssuerConfig, managementApiOf } from '../../issuer.config.js';
import { ISSUER_CONFIG } from '../../issuer.tokens.js';
import { Members } from '../../people/members/members.js';
import { withinOf } from '../../permissions/grantable.js';
import { stepUpOf } from '../../sign-in/step-up.js';
import { AccessTokenClaims } from './access-token-claims.js';
import { USED } from './access-token.projection.js';
import { SingleUseTokens } from './single-use-tokens.js';

interface Row {
  tenant: string;
  application_id: string;
  user_id: string | null;
  service_account_id: string | null;
  /** `null`: it has none, or that one is suspended or gone. */
  account_scopes: string[] | null;
  scopes: string[];
  revoked: boolean;
  revoked_reason: string | null;
  suspended: boolean;
  policy: TenantPolicy | null;
}

/**
 * Access tokens for the management API (RFC 8707 resource `<issuer>/v1`), beside API tokens. What they say is looked at
 * with every request: a revocation, and what the person's role holds now.
 */
@Injectable()
export class OwnApiTokens implements AccessTokenSource, OnModuleInit {
  private readonly audience: string;

  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(AccessTokenClaims) private readonly claims: AccessTokenClaims,
    @Inject(SingleUseTokens) private readonly singleUse: SingleUseTokens,
    @Inject(Members) private readonly members: Members,
    @Inject(TokenVerifier) private readonly verifier: TokenVerifier,
    @Inject(ISSUER_CONFIG) config: IssuerConfig,
  ) {
    this.audience = managementApiOf(config);
  }

  onModuleInit(): void {
    this.verifier.recognize(this);
  }

  /**
   * @throws DomainError `token-signature-invalid`, `token-expired`, `token-audience-mismatch`, `token-unknown`,
   * `token-revoked`, `token-consumed` or `token-suspended`; `dpop-proof-required` or `certificate-mismatch` for a token that is bound.
   */
  async principalOf(token: string): Promise<Principal> {
    const claims = await this.verified(token);
    refuseBound(claims);
    const tokenId = String(claims.jti);
    const row = await this.live(tokenId);
    if (SINGLE_USE_CLAIM in claims) await this.consume(tokenId, row);
    const { tenant, user_id: userId, scopes } = row;
    const known = { tokenId, secretId: null, tenant };
    if (userId === null) return { ...known, ...withoutPerson(row) };
    const stepUp = stepUpOf(row.policy ?? OPEN_POLICY, claims, new Date());
    return {
      ...known,
      scopes: expandRoles(await this.members.narrow(tenant, userId, scopes)),
      actor: `user:${userId}`,
      ...(stepUp && { stepUp }),
    };
  }

  private async verified(token: string): Promise<JWTPayload> {
    try {
      return await this.claims.verify(token, this.audience);
    } catch (error) {
      throw whyNot(error, this.audience);
    }
  }

  private async consume(tokenId: string, { tenant, application_id: application }: Row): Promise<void> {
    const use = { tokenId, tenant, useId: newId('use') };
    const { outcome } = await this.singleUse.consume(use, { actor: `application:${application}` });
    if (outcome !== 'consumed') throw consumed();
  }

  private async live(tokenId: string): Promise<Row> {
    const [row] = await this.dataSource.query<Row[]>(
      `select t.tenant, t.application_id, t.user_id, t.service_account_id, s.scopes as account_scopes, t.scopes, t.revoked_at is not null as revoked, t.revoked_reason,
         n.suspended_reason is not null as suspended, n.policy
       from access_token t left join tenant n on n.id = t.tenant
       left join service_account s on s.id = t.service_account_id and s.tenant = t.tenant and s.suspended_reason is null
       where t.id = $1`,
      [tokenId],
    );
    if (!row) throw refusal('token-unknown', 'No such token was issued here.');
    if (row.revoked_reason === USED) throw consumed();
    if (row.revoked) throw refusal('token-revoked', 'The token was revoked. Ask for a new one.');
    if (row.suspended)
      throw refusal('token-suspended', 'The token’s tenant is suspended for the time being.');
    if (row.service_account_id !== null && row.account_scopes === null)
      throw refusal('token-suspended', 'The token’s service account is suspended, or gone.');
    return row;
  }
}

/** What an application may do by itself, or as a service account: then no more than that holds now. */
function withoutPerson(row: Row): Pick<Principal, 'scopes' | 'actor'> {
  const { application_id: application, service_account_id: account, account_scopes: bounds, scopes } = row;
  return account === null
    ? { scopes: expandRoles(scopes), actor: `application:${application}` }
    : { scopes: expandRoles(withinOf(scopes, bounds ?? [])), actor: `service-account:${account}` };
}

/** RFC 9449 §7.1, RFC 8705 §3: this API asks for no proof of a key, so it must not take what is worth nothing without. */
function refuseBound({ cnf }: JWTPayload): void {
  if (typeof cnf !== 'object' || cnf === null) return;
  if ('jkt' in cnf)
    throw refusal('dpop-proof-required', 'This API takes no proofs: ask for a token without DPoP.');
  throw refusal('certificate-mismatch', 'This API sees no certificates: ask for a token without one.');
}

function whyNot(error: unknown, audience: string): unknown {
  if (error instanceof errors.JWTExpired)
    return refusal('token-expired', 'The token has expired. Ask for a new one.');
  if (error instanceof errors.JWTClaimValidationFailed && error.claim === 'aud')
    return refusal('token-audience-mismatch', `The token is for another API: ask for resource ${audience}.`);
  return refusal('token-signature-invalid', 'The token was not signed here, or was changed.');
}

const consumed = (): DomainError =>
  refusal('token-consumed', 'The token was good for one request. Ask for another one.');

const refusal = (code: ProblemCode, detail: string): DomainError =>
  new DomainError('unauthenticated', code, detail);
