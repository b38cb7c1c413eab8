import type { ApplicationTerms } from '@gatehouse/contracts';
import { z } from 'zod';

const texts = z.array(z.string()).max(50);

/** Client metadata (RFC 7591 §2) as far as it is understood; the rest is ignored, as §2 asks. */
export const ClientMetadata = z.object({
  client_name: z.string().default('Unnamed client'),
  redirect_uris: texts.default([]),
  post_logout_redirect_uris: texts.default([]),
  backchannel_logout_uri: z.string().optional(),
  grant_types: texts.default(['authorization_code']),
  response_types: z.array(z.literal('code', 'code alone is spoken here (RFC 9700 §2.1.2)')).max(1).optional(),
  token_endpoint_auth_method: z
    .enum(['none', 'client_secret_basic', 'client_secret_post', 'private_key_jwt'])
    .default('client_secret_basic'),
  jwks: z.unknown().optional(),
  jwks_uri: z.undefined('keys come inline, as jwks').optional(),
  scope: z.string().default(''),
  /** Ours: the resources (RFC 8707) it may ask for. */
  resources: texts.default([]),
  id_token_signed_response_alg: z.string().default('ES256'),
  dpop_bound_access_tokens: z.boolean().default(false),
});
export type ClientMetadata = z.infer<typeof ClientMetadata>;

/** What a client sends to change itself (RFC 7592 §2.2): all of it, with its own id, and nothing that is ours to say. */
export const ReplacedMetadata = ClientMetadata.extend({
  client_id: z.string(),
  client_secret: z.string().optional(),
  registration_access_token: z.undefined('is not sent back (RFC 7592 §2.2)').optional(),
  registration_client_uri: z.undefined('is not sent back (RFC 7592 §2.2)').optional(),
  client_secret_expires_at: z.undefined('is not sent back (RFC 7592 §2.2)').optional(),
  client_id_issued_at: z.undefined('is not sent back (RFC 7592 §2.2)').optional(),
});

/** The same in the words of the management API, which checks them. */
export const bodyOf = (metadata: ClientMetadata): Record<string, unknown> => ({
  name: metadata.client_name,
  authentication: metadata.token_endpoint_auth_method === 'none' ? 'public' : 'client_secret',
  grantTypes: metadata.grant_types,
  redirectUris: metadata.redirect_uris,
  postLogoutRedirectUris: metadata.post_logout_redirect_uris,
  backchannelLogoutUri: metadata.backchannel_logout_uri,
  resources: metadata.resources,
  scopes: metadata.scope.split(' ').filter(Boolean),
  signingAlgorithm: metadata.id_token_signed_response_alg,
  requiresDpop: metadata.dpop_bound_access_tokens,
  proof:
    metadata.token_endpoint_auth_method === 'private_key_jwt'
      ? { method: 'private_key_jwt', jwks: metadata.jwks }
      : undefined,
});

/** An application as client metadata again (RFC 7591 §3.2.1). */
export const metadataOf = (terms: ApplicationTerms): Record<string, unknown> => ({
  client_name: terms.name,
  redirect_uris: terms.redirectUris,
  post_logout_redirect_uris: terms.postLogoutRedirectUris,
  ...(terms.backchannelLogoutUri ? { backchannel_logout_uri: terms.backchannelLogoutUri } : {}),
  grant_types: terms.grantTypes,
  response_types: terms.grantTypes.includes('authorization_code') ? ['code'] : [],
  token_endpoint_auth_method:
    terms.proof?.method ?? (terms.authentication === 'public' ? 'none' : 'client_secret_basic'),
  ...(terms.proof && 'jwks' in terms.proof ? { jwks: terms.proof.jwks } : {}),
  scope: terms.scopes.join(' '),
  resources: terms.resources,
  id_token_signed_response_alg: terms.signingAlgorithm,
  dpop_bound_access_tokens: terms.requiresDpop,
});
