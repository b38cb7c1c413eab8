import { z } from 'zod';
import { ApplicationId } from './application.fields.js';
import { IpRange } from './cidr.js';
import { CreditBody, CreditView } from './credit.fields.js';
import { IdentityId } from './identity.fields.js';
import { PositionString, TenantId } from './event.js';
import { atMostBytes } from './json-size.js';
import { ServiceAccountId } from './service-account.fields.js';
import { MetadataMap, PlanName, RotationPolicy, RotationTerms, Scope, TokenId } from './token.fields.js';
import { UserId } from './user.fields.js';

const TEN_YEARS_SECONDS = 315_360_000;
const MOST_METADATA_BYTES = 16_384;

/** Body of `POST /v1/tokens`. */
export const IssueTokenBody = z.strictObject({
  name: z.string().trim().min(1).max(200),
  scopes: z
    .array(Scope)
    .min(1)
    .max(100)
    .refine((s) => new Set(s).size === s.length, 'each scope once'),
  /** Seconds until it expires; default 90 days, at most ten years; `null`: never, if the tenant's policy allows it. */
  expiresInSeconds: z.int().min(1).max(TEN_YEARS_SECONDS).nullable().optional(),
  /** Where the token may be used from; absent or empty: anywhere. */
  ipAllow: z.array(IpRange).max(100).optional(),
  /** Where it may not be used from, whatever `ipAllow` says; absent or empty: nowhere is denied. */
  ipDeny: z.array(IpRange).max(100).optional(),
  /** Short notes of the caller's own; at most 16 KiB in all. */
  metadata: MetadataMap.refine(...atMostBytes(MOST_METADATA_BYTES, 'metadata')).optional(),
  /** The application it is for: it ends with everything of that application (`POST /v1/revocations`). */
  applicationId: ApplicationId.optional(),
  /** The user it is for: it ends with everything of that user. */
  userId: UserId.optional(),
  /** The service account it is for: it never holds more than the account, and ends with it. */
  serviceAccountId: ServiceAccountId.optional(),
  /** The identity whose limits and credits it shares. */
  identityId: IdentityId.optional(),
  /** The plan it is on: gateways have limits of their own for each. */
  plan: PlanName.optional(),
  /** Refuses to be revoked until the protection is lifted (`PATCH`); default false. Suspending stays possible. */
  protected: z.boolean().optional(),
  /**
   * How often its secret is to be replaced; reminders are events (TokenRotationDue). Absent: as the tenant's policy says;
   * `null`: never, whatever that says.
   */
  rotation: RotationTerms.nullable().optional(),
  /** How much may be spent with it (`POST /v1/tokens/verify`); absent: as much as anybody likes. */
  credits: CreditBody.optional(),
});
export type IssueTokenBody = z.infer<typeof IssueTokenBody>;

/** The latest request that was let through. Usage is fed back in batches: seconds old, and never older than before. */
export const LastUse = z.object({
  at: z.iso.datetime(),
  /** The client's address. */
  ip: z.string(),
  /** ISO 3166-1 alpha-2; empty where it is not known. */
  country: z.string(),
});
export type LastUse = z.infer<typeof LastUse>;

/** A token as people and programs may see it: never its secret. */
export const TokenView = z.object({
  id: TokenId,
  tenant: TenantId,
  name: z.string(),
  status: z.enum(['active', 'suspended', 'expired', 'revoked']),
  scopes: z.array(z.string()),
  ipAllow: z.array(z.string()),
  /** An issuer from before there were deny lists says nothing. */
  ipDeny: z.array(z.string()).default([]),
  metadata: MetadataMap,
  /** Whom it is for; `null`: nobody in particular. */
  applicationId: z.string().nullable(),
  userId: z.string().nullable(),
  serviceAccountId: z.string().nullable(),
  /** Whose limits and credits it shares. */
  identityId: z.string().nullable(),
  /** `null`: it is on none. */
  plan: z.string().nullable(),
  /** Whether revoking it is refused. */
  protected: z.boolean(),
  /** `null`: its secret may stay for its whole life. */
  rotation: RotationPolicy.nullable(),
  /** `null`: whatever is done with it costs nothing. */
  credits: CreditView.nullable(),
  /** The newest secret's last four characters. */
  last4: z.string(),
  /** Every secret that still works, or will be retired at the stated time; newest first. */
  secrets: z.array(
    z.object({
      id: z.string(),
      last4: z.string(),
      addedAt: z.iso.datetime(),
      /** When the overlap of its rotation ends; `null`: it is the newest. */
      retiresAt: z.iso.datetime().nullable(),
      /** `null`: never, as far as is known. */
      lastUsed: LastUse.nullable(),
    }),
  ),
  /** The latest use of any of its secrets, also of retired ones; `null`: never, as far as is known. */
  lastUsed: LastUse.extend({
    /** Empty where a gateway did not say. */
    secretId: z.string(),
  }).nullable(),
  createdAt: z.iso.datetime(),
  createdBy: z.string(),
  expiresAt: z.iso.datetime().nullable(),
  revokedAt: z.iso.datetime().nullable(),
  revokedReason: z.string().nullable(),
  suspendedReason: z.string().nullable(),
});
export type TokenView = z.infer<typeof TokenView>;

/** Answer of `POST /v1/tokens`: the only time the secret is shown. */
export const IssuedToken = TokenView.extend({ token: z.string() });
export type IssuedToken = z.infer<typeof IssuedToken>;

/** Body of `PATCH /v1/tokens/{id}`: the fields to change; each replaces the old value as a whole. */
export const UpdateTokenBody = z
  .strictObject({
    name: IssueTokenBody.shape.name.optional(),
    scopes: IssueTokenBody.shape.scopes.optional(),
    ipAllow: IssueTokenBody.shape.ipAllow,
    ipDeny: IssueTokenBody.shape.ipDeny,
    metadata: IssueTokenBody.shape.metadata,
    /** `null`: it belongs to none. */
    identityId: IdentityId.nullable().optional(),
    /** `null`: it is on none from now on. */
    plan: PlanName.nullable().optional(),
    protected: z.boolean().optional(),
    /** `null` ends the policy. */
    rotation: RotationTerms.nullable().optional(),
    /** What may be spent from now on, whatever was before; `null`: no longer counted. */
    credits: CreditBody.nullable().optional(),
  })
  .refine((body) => Object.keys(body).length > 0, 'name at least one field to change');
export type UpdateTokenBody = z.infer<typeof UpdateTokenBody>;

/** Body of `POST /v1/tokens/{id}/rotate`. */
export const RotateTokenBody = z.strictObject({
  /** How long the secrets from before keep working, in seconds: 0 to 30 days; default as its policy says, or one day. */
  overlapSeconds: RotationPolicy.shape.overlapSeconds.optional(),
});
export type RotateTokenBody = z.infer<typeof RotateTokenBody>;

/** Body of whatever needs a reason alone, such as `suspend` and `resume`. */
export const ReasonBody = z.strictObject({ reason: z.string().trim().min(1).max(500) });
export type ReasonBody = z.infer<typeof ReasonBody>;

/** Which gateways have applied a revocation, and how long after its commit the issuer knew (S1). */
export const RevocationReceipt = z.object({
  /** The revocation's place in the event store. */
  position: PositionString,
  /** True when every gateway alive at the commit has applied it. */
  complete: z.boolean(),
  gateways: z.array(
    z.object({
      id: z.string(),
      /** Milliseconds from commit to the gateway's confirmation; `null`: not confirmed in time. */
      appliedInMs: z.number().nullable(),
    }),
  ),
});
export type RevocationReceipt = z.infer<typeof RevocationReceipt>;

/** Answer of `POST /v1/tokens/{id}/revoke`; `receipt` with `?wait=gateways`. */
export const RevokedToken = TokenView.extend({ receipt: RevocationReceipt.optional() });
export type RevokedToken = z.infer<typeof RevokedToken>;
