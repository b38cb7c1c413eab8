import { TENANT_CLAIM } from '@gatehouse/contracts';
import type { AccessToken, ClientCredentials, KoaContextWithOIDC } from 'oidc-provider';
import { registrationOf } from './client-registration.js';
import type { TokenTerms } from './access-token-recorder.js';
import { exchangedTokenIn } from './token-exchange.js';

type Token = AccessToken | ClientCredentials;

/** What the event says of a JWT that is about to be signed. */
export function termsOf(token: Token, { exp, aud }: Record<string, unknown>): TokenTerms {
  return {
    clientId: token.clientId,
    scope: token.scope,
    jkt: token.jkt,
    'x5t#S256': token['x5t#S256'],
    exp: typeof exp === 'number' ? exp : undefined,
    aud: typeof aud === 'string' ? aud : undefined,
    ...('grantId' in token ? { accountId: token.accountId, grantId: token.grantId } : {}),
  };
}

/** The key chosen by `resource-servers.ts`. */
export function keyIdOf({ resourceServer }: Token): string {
  const sign = resourceServer?.jwt?.sign;
  if (!sign || !('kid' in sign) || sign.kid === undefined) throw new Error('a JWT without a key');
  return sign.kid;
}

/** Gateways let it through on routes of this tenant alone, whatever audience its application was registered for. */
export const tenantOf = ({ client }: Token): Record<string, string> =>
  client ? { [TENANT_CLAIM]: registrationOf(client).tenant } : {};

/** RFC 8693 §4.1: whose token it stands for, and who acts. */
export function delegationOf(
  ctx: KoaContextWithOIDC,
  { client_id }: Record<string, unknown>,
): Record<string, unknown> {
  const subject = exchangedTokenIn(ctx);
  return subject === undefined ? {} : { sub: subject.tokenId, act: { sub: client_id } };
}

/** RFC 9068 §2.2.1, RFC 9470 §6.1: how the person behind a grant signed in, for resources that ask for more. */
export function authenticationOf({ oidc }: KoaContextWithOIDC): Record<string, unknown> {
  const { AuthorizationCode, DeviceCode, RefreshToken, RotatedRefreshToken } = oidc.entities;
  const source = AuthorizationCode ?? DeviceCode ?? RotatedRefreshToken ?? RefreshToken;
  if (!source) return {};
  const { acr, amr, authTime: auth_time } = source;
  return { acr, amr, auth_time };
}
