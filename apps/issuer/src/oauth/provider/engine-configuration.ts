import { Acr } from '@gatehouse/contracts';
import { type Configuration, errors, type KoaContextWithOIDC } from 'oidc-provider';
import { ID_TOKEN_TTL_SECONDS, type IssuerConfig, issuerOf } from '../../issuer.config.js';
import type { ExternalKeys } from '../../keys/external-keys.js';
import type { UsableKey } from '../../keys/signing-keys.js';
import { devicePages } from '../pages/device-pages.js';
import { errorPage, type IsSuspended, logoutPage, loggedOutPage } from '../pages/session-pages.js';
import { attestationOf } from './client-attestation.js';
import { clientAuthenticationOf, mutualTlsOf } from './client-authentication.js';
import { ClientCertificates } from './client-certificates.js';
import { REGISTRATION, registrationOf } from './client-registration.js';
import { ExternalKey } from './external-key.js';
import { isQuick, LocalKey } from './local-key.js';
import { defaultResourceOf, resourceServerOf } from './resource-servers.js';
import { grantOf } from '../../sign-in/account/account-client.js';
import { signInPolicy } from './sign-in-policy.js';

const HOUR_SECONDS = 3_600;
const DAY_SECONDS = 24 * HOUR_SECONDS;
const REFRESH_IDLE_SECONDS = 14 * DAY_SECONDS;
/** However often it is rotated, a sign-in is asked for after this. */
const REFRESH_TOTAL_SECONDS = 90 * DAY_SECONDS;
const SESSION_SECONDS = 12 * HOUR_SECONDS;

/** What the engine needs of the issuer beside its storage. */
export interface EngineParts {
  config: IssuerConfig;
  keys: readonly UsableKey[];
  externalKeys: ExternalKeys;
  isSuspended: IsSuspended;
  findAccount: NonNullable<Configuration['findAccount']>;
  beforeSigning: NonNullable<NonNullable<NonNullable<Configuration['formats']>['customizers']>['jwt']>;
}

/** The protocol as Gatehouse speaks it: RFC 9700 where it asks, nothing older. */
export function engineConfigurationOf({
  config,
  keys,
  externalKeys,
  isSuspended,
  findAccount,
  beforeSigning,
}: EngineParts): Configuration {
  const certificates = new ClientCertificates(config);
  const signing = keys.toSorted((a, b) => rankOf(a) - rankOf(b));
  return {
    jwks: { keys: signing.map((key) => engineKeyOf(key, externalKeys)) },
    cookies: cookiesOf(config),
    acrValues: Acr.options,
    claims: { openid: ['sub', 'acr', 'amr', 'auth_time'], email: ['email'], profile: ['name'] },
    discovery: config.DYNAMIC_REGISTRATION
      ? { registration_endpoint: `${issuerOf(config)}/oauth/register` }
      : {},
    scopes: ['openid', 'offline_access', 'email', 'profile'],
    responseTypes: ['code'],
    pkce: { required: () => true }, // RFC 9700 §2.1.1; the engine knows S256 alone
    ...clientAuthenticationOf(config, certificates),
    clientDefaults: { id_token_signed_response_alg: 'ES256', response_types: [], grant_types: [] },
    extraClientMetadata: { properties: [REGISTRATION] },
    features: {
      ...featuresOf(config, keys),
      mTLS: mutualTlsOf(certificates),
      attestClientAuth: attestationOf(config),
    },
    formats: { customizers: { jwt: beforeSigning } },
    findAccount,
    fetch: fetchAsAllowed(config),
    issueRefreshToken: (_ctx, client, source) =>
      Promise.resolve(client.grantTypeAllowed('refresh_token') && source.scopes.has('offline_access')),
    loadExistingGrant: grantOf,
    rotateRefreshToken: () => true,
    revokeGrantPolicy: () => true,
    interactions: { url: (_ctx, { uid }) => `/interaction/${uid}`, policy: signInPolicy() },
    renderError: errorPage(isSuspended),
    routes: ROUTES,
    ttl: ttlOf(config),
  };
}

const ROUTES = {
  authorization: '/oauth/authorize',
  token: '/oauth/token',
  introspection: '/oauth/introspect',
  revocation: '/oauth/revoke',
  pushed_authorization_request: '/oauth/par',
  device_authorization: '/oauth/device/code',
  code_verification: '/oauth/device',
  userinfo: '/oauth/userinfo',
  end_session: '/oauth/logout',
  jwks: '/.well-known/jwks.json',
  challenge: '/oauth/challenge',
};

function engineKeyOf(key: UsableKey, externalKeys: ExternalKeys) {
  if (!key.privateJwk) return new ExternalKey(key, externalKeys);
  return isQuick(key) ? new LocalKey(key) : { ...key.privateJwk };
}

/** The first that fits signs; the others are there to be verified with. */
const rankOf = ({ status }: UsableKey): number => ['active', 'retiring', 'pending'].indexOf(status);

/**
 * RFC 6265bis §4.1.3: over https the session's cookie is bound to this very host by its name. The others are for one
 * interaction's path each, which that name forbids. Plain http, on a developer's machine, can have neither prefix.
 */
function cookiesOf(config: IssuerConfig): Configuration['cookies'] {
  const secure = issuerOf(config).startsWith('https:');
  const [hostOnly, secureOnly] = secure ? ['__Host-', '__Secure-'] : ['', ''];
  const options = { httpOnly: true, sameSite: 'lax', signed: true, secure } as const;
  return {
    keys: [config.MASTER_KEY.keyFor('cookies').toString('base64url')],
    names: {
      session: `${hostOnly}gh_session`,
      interaction: `${secureOnly}gh_interaction`,
      resume: `${secureOnly}gh_resume`,
    },
    long: options,
    short: options,
  };
}

function featuresOf(config: IssuerConfig, keys: readonly UsableKey[]): Configuration['features'] {
  return {
    devInteractions: { enabled: false },
    clientCredentials: { enabled: true },
    deviceFlow: { enabled: true, mask: '****-****', ...devicePages },
    introspection: { enabled: true, allowedPolicy: mayIntrospect },
    revocation: { enabled: true, allowedPolicy: mayRevoke },
    dPoP: { enabled: true, nonceSecret: config.MASTER_KEY.keyFor('dpop nonces') },
    externalSigningSupport: { enabled: true, ack: 'experimental-01' },
    backchannelLogout: { enabled: true },
    rpInitiatedLogout: { enabled: true, logoutSource: logoutPage, postLogoutSuccessSource: loggedOutPage },
    resourceIndicators: {
      enabled: true,
      defaultResource: defaultResourceOf,
      useGrantedResource: () => true,
      getResourceServerInfo: (_ctx, resource, client) =>
        resourceServerOf(resource, client, config.ACCESS_TOKEN_TTL_SECONDS, keys),
    },
  };
}

/** The engine's own bounds: 2.5 s, and no connection to a special-use address (RFC 6890), which tests need. */
const fetchAsAllowed =
  ({ PEERS_ON_LOOPBACK }: IssuerConfig): NonNullable<Configuration['fetch']> =>
  (url, options) =>
    fetch(url, PEERS_ON_LOOPBACK ? { ...options, dispatcher: undefined } : options);

/** RFC 7662 §4: who cannot authenticate learns of his own tokens alone, nobody of another tenant's. */
async function mayIntrospect(
  { oidc }: KoaContextWithOIDC,
  client: Parameters<typeof registrationOf>[0],
  token: { clientId?: string | undefined },
): Promise<boolean> {
  if (token.clientId === client.clientId) return true;
  if (client.clientAuthMethod === 'none' || token.clientId === undefined) return false;
  const owner = await oidc.provider.Client.find(token.clientId);
  return owner !== undefined && registrationOf(owner).tenant === registrationOf(client).tenant;
}

/** RFC 7009 §2.1: a token is revoked by the application it was issued to. */
function mayRevoke(
  _ctx: KoaContextWithOIDC,
  client: { clientId: string },
  token: { clientId?: string | undefined },
): boolean {
  if (token.clientId === client.clientId) return true;
  throw new errors.InvalidRequest('the token was issued to another application');
}

/** Not longer than the tenant's policy lets any token live. */
const withinPolicy = (ttlSeconds: number, client: Parameters<typeof registrationOf>[0]): number =>
  Math.min(ttlSeconds, registrationOf(client).maxTtlSeconds ?? ttlSeconds);

const ttlOf = ({ ACCESS_TOKEN_TTL_SECONDS }: IssuerConfig): Configuration['ttl'] => ({
  AccessToken: (_ctx, _token, client) => withinPolicy(ACCESS_TOKEN_TTL_SECONDS, client),
  ClientCredentials: (_ctx, _token, client) => withinPolicy(ACCESS_TOKEN_TTL_SECONDS, client),
  AuthorizationCode: 60,
  DeviceCode: 600,
  IdToken: ID_TOKEN_TTL_SECONDS,
  Interaction: HOUR_SECONDS,
  Session: SESSION_SECONDS,
  Grant: REFRESH_TOTAL_SECONDS,
  RefreshToken: (_ctx, token) =>
    Math.max(1, Math.min(REFRESH_IDLE_SECONDS, REFRESH_TOTAL_SECONDS - token.totalLifetime())),
});
