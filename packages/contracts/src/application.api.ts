import { z } from 'zod';
import {
  actsForItself,
  ApplicationId,
  ApplicationTerms,
  GrantType,
  RedirectUri,
  Resource,
} from './application.fields.js';
import { ClientProof } from './client-proof.js';
import { atMostBytes } from './json-size.js';
import { SigningAlgorithm } from './key.events.js';
import { ServiceAccountId } from './service-account.fields.js';
import { TeamId } from './team.fields.js';
import { PlanName, Scope } from './token.fields.js';

const MOST_BYTES = 32_768;

const each = <Item extends z.ZodType<string>>(item: Item, most: number) =>
  z
    .array(item)
    .max(most)
    .refine((list) => new Set(list).size === list.length, 'each once');

/** The issuer calls it, so it is no scheme of somebody's own. */
const BackchannelLogoutUri = RedirectUri.refine((text) => /^https?:/.test(text), 'an https URL');

/** Body of `POST /v1/applications`. */
export const RegisterApplicationBody = z
  .strictObject({
    name: z.string().trim().min(1).max(200),
    authentication: z.enum(['client_secret', 'public']).default('client_secret'),
    grantTypes: each(GrantType, 4).min(1),
    redirectUris: each(RedirectUri, 50).default([]),
    postLogoutRedirectUris: each(RedirectUri, 50).default([]),
    resources: each(Resource, 50).default([]),
    scopes: each(Scope, 200).default([]),
    signingAlgorithm: SigningAlgorithm.default('ES256'),
    requiresDpop: z.boolean().default(false),
    proof: ClientProof.optional(),
    certificateBoundTokens: z.boolean().optional(),
    backchannelLogoutUri: BackchannelLogoutUri.optional(),
    /** The team it belongs to: one the caller is in, or any if he may see every team. */
    teamId: TeamId.optional(),
    /** The plan its tokens are on: gateways have limits of their own for each. */
    plan: PlanName.optional(),
    /** The service account it acts as, in which no person takes part: its tokens have the account's roles, and end with it. */
    serviceAccountId: ServiceAccountId.optional(),
  })
  .refine((body) => body.authentication !== 'public' || body.proof === undefined, {
    path: ['proof'],
    message: 'a public application proves nothing: leave authentication out',
  })
  .refine((body) => body.authentication !== 'public' || !body.grantTypes.includes('client_credentials'), {
    path: ['grantTypes'],
    message: 'a public application cannot act for itself: client_credentials needs a secret or another proof',
  })
  .refine((body) => body.grantTypes.includes('authorization_code') === body.redirectUris.length > 0, {
    path: ['redirectUris'],
    message: 'authorization_code needs at least one; nothing else takes any',
  })
  .refine((body) => body.serviceAccountId === undefined || body.grantTypes.every(actsForItself), {
    path: ['serviceAccountId'],
    message:
      'client_credentials and token-exchange alone act as a service account: take out the other grantTypes',
  })
  .refine((body) => body.resources.length > 0 || !body.grantTypes.some(actsForItself), {
    path: ['resources'],
    message:
      'client_credentials and token-exchange need at least one: a token is always for somebody (RFC 8707)',
  })
  .refine(...atMostBytes(MOST_BYTES, 'the application'));
export type RegisterApplicationBody = z.infer<typeof RegisterApplicationBody>;

/** Body of `PATCH /v1/applications/{id}`: each field given replaces the old value as a whole. */
export const UpdateApplicationBody = z
  .strictObject({
    name: z.string().trim().min(1).max(200).optional(),
    redirectUris: each(RedirectUri, 50).min(1).optional(),
    postLogoutRedirectUris: each(RedirectUri, 50).optional(),
    resources: each(Resource, 50).min(1).optional(),
    scopes: each(Scope, 200).optional(),
    requiresDpop: z.boolean().optional(),
    /** New keys, or another name of the certificate: of an application that has no secret. */
    proof: ClientProof.optional(),
    certificateBoundTokens: z.boolean().optional(),
    backchannelLogoutUri: BackchannelLogoutUri.optional(),
    /** `null`: no team's any more. */
    teamId: TeamId.nullable().optional(),
    /** `null`: on no plan any more. Its tokens say so from the next one on. */
    plan: PlanName.nullable().optional(),
    /** `null`: it acts as itself again. Its tokens say so from the next one on. */
    serviceAccountId: ServiceAccountId.nullable().optional(),
  })
  .refine((body) => Object.keys(body).length > 0, 'name at least one field to change')
  .refine(...atMostBytes(MOST_BYTES, 'the application'));
export type UpdateApplicationBody = z.infer<typeof UpdateApplicationBody>;

/** Body of `POST /v1/applications/{id}/rotate-secret`. */
export const RotateApplicationSecretBody = z.strictObject({
  /** How long the secret from before keeps working. */
  overlapSeconds: z.int().min(0).max(2_592_000).default(86_400),
});
export type RotateApplicationSecretBody = z.infer<typeof RotateApplicationSecretBody>;

/** An application as people may see it; `id` is its OAuth `client_id`. */
export const ApplicationView = ApplicationTerms.extend({
  id: ApplicationId,
  tenant: z.string(),
  status: z.enum(['enabled', 'disabled']),
  /** Whose it is; `null`: nobody's in particular. */
  teamId: z.string().nullable(),
  plan: z.string().nullable(),
  /** What it acts as; `null`: as itself. */
  serviceAccountId: z.string().nullable(),
  secrets: z.array(z.object({ id: z.string(), last4: z.string(), retiresAt: z.iso.datetime().nullable() })),
  createdAt: z.iso.datetime(),
  createdBy: z.string(),
});
export type ApplicationView = z.infer<typeof ApplicationView>;

/** Answer of registration and secret rotation: the only time the secret is shown. `null`: a public application. */
export const RegisteredApplication = ApplicationView.extend({ clientSecret: z.string().nullable() });
export type RegisteredApplication = z.infer<typeof RegisteredApplication>;
