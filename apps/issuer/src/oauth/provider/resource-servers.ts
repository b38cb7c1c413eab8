import { createPublicKey, type KeyObject } from 'node:crypto';
import type { TokenEncryption } from '@gatehouse/contracts';
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
  const { resources, scopes, declared, serviceAccount, ...registration } = registrationOf(client);
  if (serviceAccount && !serviceAccount.isActive) throw accountEnded();
  if (!resources.includes(resource))
    throw new errors.InvalidTarget('the application may not ask for tokens for this resource');
  const { signingAlgorithm = registration.signingAlgorithm, encryption } = declared[resource] ?? {};
  const signer = keys.find(({ algorithm, status }) => algorithm === signingAlgorithm && status === 'active');
  if (!signer) throw new errors.TemporarilyUnavailable(`no ${signingAlgorithm} key signs at the moment`);
  return {
    audience: resource,
    scope: scopes.join(' '),
    accessTokenTTL,
    accessTokenFormat: 'jwt',
    jwt: {
      sign: { alg: signingAlgorithm, kid: signer.keyId },
      ...(encryption ? { encrypt: encryptTo(encryption) } : {}),
    },
  };
}

/** The application itself is as it was: it authenticates, introspects and revokes. */
export const accountEnded = () =>
  new errors.UnauthorizedClient('the service account it acts as is suspended, or gone');

/** A registration is read once per change, so its keys are as well. */
const parsed = new WeakMap<TokenEncryption, KeyObject>();

/** Nested (RFC 7519 §11.2): signed first, so that what was decrypted can still be proven. */
function encryptTo(encryption: TokenEncryption) {
  const { alg, jwk } = encryption;
  const key = parsed.get(encryption) ?? createPublicKey({ key: jwk, format: 'jwk' });
  parsed.set(encryption, key);
  return { alg, enc: 'A256GCM', key, ...(jwk.kid === undefined ? {} : { kid: jwk.kid }) } as const;
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
