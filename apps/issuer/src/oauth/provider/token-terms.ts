import type { AccessToken, ClientCredentials } from 'oidc-provider';
import type { TokenTerms } from './access-token-recorder.js';

type Token = AccessToken | ClientCredentials;

/** What the event says of a JWT that is about to be signed. */
export function termsOf(token: Token, { exp, aud }: Record<string, unknown>): TokenTerms {
  return {
    clientId: token.clientId,
    scope: token.scope,
    jkt: token.jkt,
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
