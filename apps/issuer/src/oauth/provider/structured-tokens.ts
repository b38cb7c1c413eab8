import { SINGLE_USE_CLAIM } from '@gatehouse/contracts';
import { Inject, Injectable } from '@nestjs/common';
import type { JWTPayload } from 'jose';
import type { KoaContextWithOIDC } from 'oidc-provider';
import { AccessTokenClaims } from '../access-tokens/access-token-claims.js';
import { AccessTokens } from '../access-tokens/access-tokens.js';
import { AccessTokenRecorder } from './access-token-recorder.js';
import { registrationOf } from './client-registration.js';
import { type EngineMiddleware, wasRouted } from './engine-middleware.js';

/** Members of a JWT access token that an introspection repeats (RFC 7662 §2.2, RFC 9449 §6.2, RFC 9470 §6.2). */
const REPEATED = [
  'acr',
  'act',
  'amr',
  'aud',
  'auth_time',
  'client_id',
  'cnf',
  'exp',
  'iat',
  'iss',
  'jti',
  'plan',
  'roles',
  'scope',
  'sub',
  SINGLE_USE_CLAIM,
] as const;

/**
 * Introspection and revocation of JWT access tokens. The engine keeps no JWT and turns them away once it has
 * authenticated the caller; that answer is replaced by what the read model knows.
 */
@Injectable()
export class StructuredTokens {
  constructor(
    @Inject(AccessTokenClaims) private readonly claims: AccessTokenClaims,
    @Inject(AccessTokens) private readonly tokens: AccessTokens,
    @Inject(AccessTokenRecorder) private readonly recorder: AccessTokenRecorder,
  ) {}

  middleware(): EngineMiddleware {
    return async (ctx, next) => {
      await next();
      if (!wasRouted(ctx) || !isTurnedAway(ctx)) return;
      const token = String(ctx.oidc.params?.['token']);
      if (ctx.oidc.route === 'introspection') await this.introspect(ctx, token);
      if (ctx.oidc.route === 'revocation') await this.revoke(ctx, token);
    };
  }

  private async introspect(ctx: KoaContextWithOIDC, token: string): Promise<void> {
    const claims = await this.liveClaims(ctx, token);
    ctx.status = 200;
    ctx.body = claims
      ? {
          active: true,
          ...Object.fromEntries(
            REPEATED.filter((name) => name in claims).map((name) => [name, claims[name]]),
          ),
          token_type: isDpopBound(claims) ? 'DPoP' : 'Bearer',
        }
      : { active: false };
  }

  private async revoke(ctx: KoaContextWithOIDC, token: string): Promise<void> {
    const claims = await this.liveClaims(ctx, token);
    if (claims && claims['client_id'] !== ctx.oidc.client?.clientId) {
      ctx.body = {
        error: 'invalid_request',
        error_description: 'the token was issued to another application',
      };
      return;
    }
    if (claims?.jti) await this.recorder.revoke(ctx, claims.jti);
    ctx.status = 200; // RFC 7009 §2.2: also for a token that is not valid
    ctx.body = '';
  }

  /** The claims of a token that is good now, and that the caller may know of. */
  private async liveClaims(ctx: KoaContextWithOIDC, token: string): Promise<JWTPayload | undefined> {
    const claims = await this.verifiedClaims(token);
    const { client } = ctx.oidc;
    if (!claims?.jti || !client) return undefined;
    const known = await this.tokens.find(claims.jti);
    if (!known || known.revoked || known.tenant !== registrationOf(client).tenant) return undefined;
    if (client.clientAuthMethod === 'none' && known.application_id !== client.clientId) return undefined;
    return claims;
  }

  private async verifiedClaims(token: string): Promise<JWTPayload | undefined> {
    try {
      return await this.claims.verify(token);
    } catch {
      return undefined; // RFC 7662 §2.2: no more than that it is not active
    }
  }
}

const isDpopBound = ({ cnf }: JWTPayload): boolean => typeof cnf === 'object' && cnf !== null && 'jkt' in cnf;

const isTurnedAway = ({ oidc, body }: KoaContextWithOIDC): boolean =>
  oidc.client !== undefined &&
  typeof body === 'object' &&
  body !== null &&
  'error' in body &&
  body.error === 'unsupported_token_type';
