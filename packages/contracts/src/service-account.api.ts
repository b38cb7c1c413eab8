import { z } from 'zod';
import { TenantId } from './event.js';
import { pageOf } from './page.js';
import { ServiceAccountId } from './service-account.fields.js';
import { TeamId } from './team.fields.js';
import { IssueTokenBody, ReasonBody } from './token.api.js';
import { UserId } from './user.fields.js';

/** Says what would come of it, and changes nothing. */
const dryRun = z.boolean().default(false);

/** Body of `POST /v1/service-accounts`. */
export const CreateServiceAccountBody = z.strictObject({
  name: IssueTokenBody.shape.name,
  /** What it is for, and where it runs. */
  description: z.string().trim().max(1_000).default(''),
  /** The user or the team that answers for it. A team's is there for its members alone. */
  owner: z.union([UserId, TeamId], 'a user id, usr_…, or a team id, team_…'),
  /** What its tokens may hold at most: scopes and roles. The caller must be able to grant them. */
  scopes: IssueTokenBody.shape.scopes,
});
export type CreateServiceAccountBody = z.infer<typeof CreateServiceAccountBody>;

/** Body of `PATCH /v1/service-accounts/{id}`: the fields to change; each replaces the old value as a whole. */
export const UpdateServiceAccountBody = z
  .strictObject({
    name: CreateServiceAccountBody.shape.name.optional(),
    description: z.string().trim().max(1_000).optional(),
    owner: CreateServiceAccountBody.shape.owner.optional(),
    /** Its tokens lose at once what is not among them; a token that is left with nothing is revoked. */
    scopes: CreateServiceAccountBody.shape.scopes.optional(),
    dryRun,
  })
  .refine(
    ({ dryRun: _dryRun, ...changes }) => Object.keys(changes).length > 0,
    'name at least one field to change',
  );
export type UpdateServiceAccountBody = z.infer<typeof UpdateServiceAccountBody>;

/** Body of `POST /v1/service-accounts/{id}/suspend` and `…/resume`. */
export const ServiceAccountReasonBody = ReasonBody.extend({ dryRun });
export type ServiceAccountReasonBody = z.infer<typeof ServiceAccountReasonBody>;

/** Query of `DELETE /v1/service-accounts/{id}`. */
export const DeleteServiceAccountQuery = z.strictObject({
  reason: ReasonBody.shape.reason.default('deleted'),
  /** `true`: says what would end, and ends nothing. */
  dryRun: z.enum(['true', 'false']).default('false'),
});
export type DeleteServiceAccountQuery = z.infer<typeof DeleteServiceAccountQuery>;

/** A service account as it is now. */
export const ServiceAccountView = z.object({
  id: ServiceAccountId,
  tenant: TenantId,
  name: z.string(),
  description: z.string(),
  /** Who answers for it. */
  owner: z.string(),
  scopes: z.array(z.string()),
  status: z.enum(['active', 'suspended']),
  suspendedReason: z.string().nullable(),
  createdAt: z.iso.datetime(),
  createdBy: z.string(),
});
export type ServiceAccountView = z.infer<typeof ServiceAccountView>;

/** Answer of `GET /v1/service-accounts`. */
export const ServiceAccountList = pageOf(ServiceAccountView);
export type ServiceAccountList = z.infer<typeof ServiceAccountList>;

/** How many live tokens a change has reached, or would reach: those of the account, and those issued with them. */
export const ServiceAccountEffect = z.object({
  dryRun: z.boolean(),
  suspended: z.int(),
  resumed: z.int(),
  /** Those that lost scopes and go on. */
  narrowed: z.int(),
  revoked: z.int(),
  /** Access tokens of applications that act as it, which end whatever changes: these get new ones if they still may. */
  accessTokens: z.int(),
  /** False when more hangs on the account than one call reaches (100): repeat it until it is true. */
  complete: z.boolean(),
});
export type ServiceAccountEffect = z.infer<typeof ServiceAccountEffect>;

/** Answer of whatever changes a service account: the account as it is then, and what that did to its tokens. */
export const ChangedServiceAccount = ServiceAccountView.extend({ tokens: ServiceAccountEffect });
export type ChangedServiceAccount = z.infer<typeof ChangedServiceAccount>;
