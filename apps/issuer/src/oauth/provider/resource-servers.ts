import { type Client, errors, type KoaContextWithOIDC, type ResourceServer } from 'oidc-provider';
import type { UsableKey } from '../../keys/signing-keys.js';
import { registrationOf } from './client-registration.js';

/** What a token for a resource looks like: RFC 9068, for that audience alone (RFC 8707). */
export function resourceServerOf(
  resource: string,
  client: Client,
  accessTokenTTL: number,
  keys: readonly UsableKey[],
): ResourceServer {
  const { resources, scopes, signingAlgorithm } = registrationOf(client);
  if (!resources.includes(resource))
    throw new errors.InvalidTarget('the application may not ask for tokens for this resource');
  const signer = keys.find(({ algorithm, status }) => algorithm === signingAlgorithm && status === 'active');
  if (!signer) throw new errors.TemporarilyUnavailable(`no ${signingAlgorithm} key signs at the moment`);
  return {
    audience: resource,
    scope: scopes.join(' '),
    accessTokenTTL,
    accessTokenFormat: 'jwt',
    jwt: { sign: { alg: signingAlgorithm, kid: signer.keyId } },
  };
}

/** The first resource the application may ask for; of several asked for at once, the first of those. */
export function defaultResourceOf(
  ctx: KoaContextWithOIDC,
  client: Client,
  oneOf?: readonly string[],
): Promise<string | string[] | undefined> {
  if (oneOf) return Promise.resolve(oneOf[0] ?? []);
  const [first] = registrationOf(client).resources;
  const signsIn = ctx.oidc.requestParamScopes.has('openid');
  // With `openid` and no resource the token is for the userinfo endpoint (OpenID Connect Core §5.3).
  return Promise.resolve(signsIn || first === undefined ? [] : first);
}
