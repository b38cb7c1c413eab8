import { TenantId } from '@gatehouse/contracts';
import type { ClientMetadata, Grant, KoaContextWithOIDC } from 'oidc-provider';
import { REGISTRATION, type Registration } from '../../oauth/provider/client-registration.js';

const PREFIX = 'account.';

/** Where the pages of one tenant's people begin. */
export const accountPath = (tenant: string): string => `/account/${tenant}`;

/** The client id under which a tenant's account pages have people signed in. */
export const accountClientId = (tenant: string): string => `${PREFIX}${tenant}`;

/** The tenant whose account pages a client id is of; `undefined` for any other client's. */
export const accountTenantOf = (clientId: string): string | undefined =>
  clientId.startsWith(PREFIX) ? TenantId.safeParse(clientId.slice(PREFIX.length)).data : undefined;

/**
 * The account pages sign people in as any application does, so that there is one way in. It has no row, so no token is
 * ever issued to it: its codes are not redeemed, the session is what it is after.
 */
export function accountClientOf(id: string, origin: string): ClientMetadata | undefined {
  const tenant = accountTenantOf(id);
  if (tenant === undefined) return undefined;
  return {
    client_id: id,
    client_name: 'your account',
    token_endpoint_auth_method: 'none',
    grant_types: ['authorization_code'],
    response_types: ['code'],
    redirect_uris: [`${origin}${accountPath(tenant)}/signed-in`],
    application_type: 'web',
    id_token_signed_response_alg: 'ES256',
    [REGISTRATION]: registrationFor(tenant),
  };
}

const registrationFor = (tenant: string): Registration => ({
  tenant,
  resources: [],
  scopes: [],
  maxTtlSeconds: null,
  plan: null,
  signingAlgorithm: 'ES256',
  certificateBoundTokens: false,
  declared: {},
  secrets: [],
});

/** What a person has allowed an application. Her own account pages need not be allowed to know who she is. */
export async function grantOf({ oidc }: KoaContextWithOIDC): Promise<Grant | undefined> {
  const { client, session, provider, result } = oidc;
  if (!client || !session) return undefined;
  const { clientId } = client;
  const given = result?.consent?.grantId ?? session.grantIdFor(clientId);
  const grant = given === undefined ? undefined : await provider.Grant.find(given);
  if (grant || !clientId.startsWith(PREFIX) || session.accountId === undefined) return grant;
  const own = new provider.Grant({ accountId: session.accountId, clientId });
  own.addOIDCScope('openid');
  await own.save();
  return own;
}
