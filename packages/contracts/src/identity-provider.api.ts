import { z } from 'zod';
import { IdentityProviderId, IdentityProviderTerms } from './identity-provider.fields.js';
import { pageOf } from './page.js';
import { UserId } from './user.fields.js';

/** Body of `POST /v1/identity-providers`: an OpenID Connect provider, with the client registered there for us. */
export const AddIdentityProviderBody = z.strictObject({
  name: z.string().trim().min(1).max(60),
  issuer: z
    .url({ protocol: /^https?$/, error: 'the https URL it is discovered at' })
    .max(500)
    .refine(
      (text) => !/[?#]/.test(text) && !new URL(text).username,
      'no query, fragment or user information',
    ),
  clientId: z.string().min(1).max(300),
  /** Kept sealed, and never told again. */
  clientSecret: z.string().min(1).max(1_000),
  scopes: z
    .array(z.string().regex(/^[\x21\x23-\x5b\x5d-\x7e]{1,100}$/, 'a scope (RFC 6749 §3.3)'))
    .max(20)
    .refine((scopes) => scopes.includes('openid'), 'openid among them')
    .default(['openid', 'email', 'profile']),
  nameClaim: z.string().min(1).max(100).default('name'),
  createUsers: z.boolean().default(false),
});
export type AddIdentityProviderBody = z.infer<typeof AddIdentityProviderBody>;

/** An identity provider of a tenant. */
export const IdentityProviderView = IdentityProviderTerms.extend({
  id: IdentityProviderId,
  /** To be registered at the provider. */
  redirectUri: z.string(),
  createdAt: z.iso.datetime(),
});
export type IdentityProviderView = z.infer<typeof IdentityProviderView>;

/** Answer of `GET /v1/identity-providers`. */
export const IdentityProviderList = pageOf(IdentityProviderView);
export type IdentityProviderList = z.infer<typeof IdentityProviderList>;

/** Body of `POST /v1/identity-providers/{id}/links`: who this subject of the provider is here. */
export const LinkUserBody = z.strictObject({
  userId: UserId,
  /** `sub` of the provider's ID tokens (OpenID Connect Core §2). */
  subject: z.string().min(1).max(255),
});
export type LinkUserBody = z.infer<typeof LinkUserBody>;
