import { timingSafeEqual } from 'node:crypto';
import { ClientJwk, type ClientProof, ResourceTerms } from '@gatehouse/contracts';
import { digestOfToken } from '@gatehouse/kernel';
import type { Client, ClientMetadata } from 'oidc-provider';
import { z } from 'zod';
import { withinOf } from '../../permissions/grantable.js';
import { allowedByRole } from '../../tenants/policy-rules.js';
import type { Peppers } from '../../tokens/peppers.js';
import type { EnabledApplication } from '../applications/applications.js';
import { JWT_BEARER, TOKEN_EXCHANGE } from './grant-types.js';

/** Name of the client metadata that is ours. */
export const REGISTRATION = 'gatehouse';

/** What the engine carries of an application beside the standard's client metadata. */
const Registration = z.object({
  tenant: z.string(),
  resources: z.array(z.string()),
  scopes: z.array(z.string()),
  maxTtlSeconds: z.number().nullable(),
  plan: z.string().nullable(),
  /** What it acts as; absent: as itself. */
  serviceAccount: z.object({ id: z.string(), isActive: z.boolean(), scopes: z.array(z.string()) }).optional(),
  signingAlgorithm: z.enum(['ES256', 'EdDSA', 'RS256', 'PS256']),
  certificateBoundTokens: z.boolean(),
  declared: z.record(z.string(), ResourceTerms),
  secrets: z.array(z.object({ hash: z.string(), retiresAt: z.string().nullable() })),
  /** Whose keys vouch for its instances; absent: it proves itself otherwise. */
  attesters: z.object({ keys: z.array(ClientJwk) }).optional(),
});
export type Registration = z.infer<typeof Registration>;

/** An application is the same object for as long as it does not change. */
const described = new WeakMap<EnabledApplication, ClientMetadata>();

/** An application as the engine's client metadata (RFC 7591 §2). */
export function clientMetadataOf(application: EnabledApplication): ClientMetadata {
  const metadata = described.get(application) ?? describe(application);
  described.set(application, metadata);
  return metadata;
}

function describe(application: EnabledApplication): ClientMetadata {
  const { id, tenant, terms, secrets, maxTtlSeconds, declared } = application;
  const { resources, signingAlgorithm } = terms;
  const kept = secrets.map(({ hash, retiresAt }) => ({ hash, retiresAt }));
  const { certificateBoundTokens = false, plan = null } = terms;
  const registration: Registration = {
    tenant,
    resources,
    ...boundsOf(application),
    maxTtlSeconds,
    plan,
    signingAlgorithm,
    certificateBoundTokens,
    declared: declared ?? {},
    secrets: kept,
    ...(terms.proof?.method === 'attest_jwt_client_auth' && { attesters: terms.proof.jwks }),
  };
  return {
    ...authenticationOf(terms, kept),
    client_id: id,
    client_name: terms.name,
    grant_types: terms.grantTypes.includes(TOKEN_EXCHANGE)
      ? [...terms.grantTypes, JWT_BEARER]
      : terms.grantTypes,
    redirect_uris: terms.redirectUris,
    post_logout_redirect_uris: terms.postLogoutRedirectUris,
    ...(terms.backchannelLogoutUri
      ? { backchannel_logout_uri: terms.backchannelLogoutUri, backchannel_logout_session_required: true }
      : {}),
    response_types: terms.grantTypes.includes('authorization_code') ? ['code'] : [],
    application_type: terms.redirectUris.some(isNative) ? 'native' : 'web',
    id_token_signed_response_alg: signingAlgorithm,
    dpop_bound_access_tokens: terms.requiresDpop,
    tls_client_certificate_bound_access_tokens: certificateBoundTokens,
    [REGISTRATION]: registration,
  };
}

/** What acts as a service account may do no more than that, nor than the tenant's policy leaves to its roles. */
function boundsOf({ terms, account }: EnabledApplication): Pick<Registration, 'scopes' | 'serviceAccount'> {
  const { serviceAccountId: id, scopes } = terms;
  if (!id) return { scopes };
  if (!account) return { scopes: [], serviceAccount: { id, isActive: false, scopes: [] } };
  const { isActive, scopes: held } = account;
  return {
    scopes: [...allowedByRole(account, withinOf(scopes, held), held)],
    serviceAccount: { id, isActive, scopes: held },
  };
}

/** The engine keeps a client for as long as its registration does not change. */
const parsed = new WeakMap<Client, Registration>();

/** @throws when the client is not one of ours. */
export function registrationOf(client: Client): Registration {
  const known = parsed.get(client);
  if (known) return known;
  const registration = Registration.parse(client[REGISTRATION]);
  parsed.set(client, registration);
  return registration;
}

/**
 * Whether a presented secret is one of the client's. Only keyed hashes are kept, so the engine's own comparison, which
 * needs the secret itself, is replaced by this.
 */
export function isClientSecret(client: Client, presented: string, peppers: Peppers, now: Date): boolean {
  return isSecretOf(registrationOf(client).secrets, presented, peppers, now);
}

/** Whether a presented secret is one of those, as far as it still works. */
export function isSecretOf(
  secrets: Registration['secrets'],
  presented: string,
  peppers: Peppers,
  now: Date,
): boolean {
  const candidates = peppers.allHashes(digestOfToken(presented)).map((hash) => Buffer.from(hash));
  return secrets
    .filter(({ retiresAt }) => retiresAt === null || Date.parse(retiresAt) > now.getTime())
    .some(({ hash }) => candidates.some((candidate) => equal(candidate, Buffer.from(hash))));
}

const equal = (a: Buffer, b: Buffer): boolean => a.length === b.length && timingSafeEqual(a, b);

/** The engine asks for a `client_secret`; the hash stands in, which {@link isClientSecret} never compares as it is. */
function authenticationOf(
  { authentication, proof }: EnabledApplication['terms'],
  secrets: readonly { hash: string }[],
): Partial<ClientMetadata> {
  if (proof) return proofOf(proof);
  return authentication === 'public'
    ? { token_endpoint_auth_method: 'none' }
    : { token_endpoint_auth_method: 'client_secret_basic', client_secret: secrets[0]?.hash ?? '' };
}

function proofOf(proof: ClientProof): Partial<ClientMetadata> {
  switch (proof.method) {
    case 'private_key_jwt':
    case 'self_signed_tls_client_auth':
      return { token_endpoint_auth_method: proof.method, jwks: proof.jwks };
    case 'attest_jwt_client_auth':
      return { token_endpoint_auth_method: proof.method };
    case 'tls_client_auth': {
      const { kind, value } = proof.certificate;
      return { token_endpoint_auth_method: proof.method, [`tls_client_auth_${kind}`]: value };
    }
  }
}

/** RFC 8252 §7: loopback addresses and private-use schemes belong to applications on the user's own machine. */
const isNative = (uri: string): boolean => !uri.startsWith('https:');
