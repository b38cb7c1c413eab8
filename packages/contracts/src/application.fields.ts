import { z } from 'zod';
import { ClientProof } from './client-proof.js';
import { SigningAlgorithm } from './key.events.js';
import { PlanName, Scope } from './token.fields.js';

export const ApplicationId = z
  .string()
  .regex(/^app_[0-9a-f]{32}$/, 'an application id is app_ and 32 hexadecimal digits');

/** The grants an application may be given. Implicit and password do not exist here (RFC 9700 §2.1.2, §2.4). */
export const GrantType = z.enum([
  'authorization_code',
  'refresh_token',
  'client_credentials',
  'urn:ietf:params:oauth:grant-type:device_code',
  'urn:ietf:params:oauth:grant-type:token-exchange',
]);
export type GrantType = z.infer<typeof GrantType>;

/** Grants in which no person takes part, so that the application itself must be known for sure (RFC 6749 §4.4). */
export const actsForItself = (grant: GrantType): boolean =>
  grant === 'client_credentials' || grant === 'urn:ietf:params:oauth:grant-type:token-exchange';

const isSecure = (url: URL): boolean =>
  url.protocol === 'https:' ||
  (url.protocol === 'http:' && ['127.0.0.1', '[::1]', 'localhost'].includes(url.hostname)) ||
  /^[a-z][a-z0-9+-]*(\.[a-z0-9+-]+)+:$/.test(url.protocol);

/** RFC 9700 §2.1, RFC 8252 §7: https, a loopback address, or a private-use scheme named after a domain. */
export const RedirectUri = z
  .string()
  .max(500)
  .refine((text) => {
    const url = URL.canParse(text) ? new URL(text) : undefined;
    return (
      url !== undefined && isSecure(url) && !text.includes('#') && !text.includes('*') && url.username === ''
    );
  }, 'an https URL, a loopback http URL or a private-use scheme such as com.example.app:/callback; no fragment, wildcard or user information');

/** RFC 8707 §2: an absolute URI without fragment. */
export const Resource = z
  .string()
  .max(500)
  .refine((text) => URL.canParse(text) && !text.includes('#'), 'an absolute URI without fragment');

/** What an application is allowed; `public`: it cannot keep a secret. */
export const ApplicationTerms = z.object({
  name: z.string(),
  authentication: z.enum(['client_secret', 'public']),
  grantTypes: z.array(GrantType),
  redirectUris: z.array(z.string()),
  postLogoutRedirectUris: z.array(z.string()),
  /** Audiences it may ask for; the first is the default. */
  resources: z.array(z.string()),
  scopes: z.array(Scope),
  signingAlgorithm: SigningAlgorithm,
  /** Every token bound to a key of the application (RFC 9449). */
  requiresDpop: z.boolean(),
  /** Instead of a secret: with it, `client_secret` says no more than that the application is no public one. */
  proof: ClientProof.optional(),
  /** Where the application is told that a person has signed out (OpenID Connect Back-Channel Logout §2.2). */
  backchannelLogoutUri: z.string().optional(),
  /** Whose it is; absent or `null`: nobody's in particular, so that whoever sees applications sees it. */
  teamId: z.string().nullable().optional(),
  /** The service account it acts as; absent or `null`: it acts as itself. */
  serviceAccountId: z.string().nullable().optional(),
  /** What its tokens are on, as their `plan` says to gateways; absent or `null`: no plan. */
  plan: PlanName.nullable().optional(),
  /** Every token bound to the certificate the application shows (RFC 8705 §3). */
  certificateBoundTokens: z.boolean().optional(),
  /** How often its registration access token was replaced (RFC 7592 §3); absent: never. */
  registrationTokenVersion: z.int().min(1).optional(),
});
export type ApplicationTerms = z.infer<typeof ApplicationTerms>;
