import { z } from 'zod';
import { TenantId } from './event.js';
import { pageOf } from './page.js';
import { TeamId } from './team.fields.js';
import { UserId } from './user.fields.js';

/** Body of `POST /v1/teams`. */
export const CreateTeamBody = z.strictObject({
  name: z.string().trim().min(1).max(200),
  description: z.string().trim().max(1_000).default(''),
});
export type CreateTeamBody = z.infer<typeof CreateTeamBody>;

/** Body of `PATCH /v1/teams/{id}`: the fields to change. */
export const UpdateTeamBody = z
  .strictObject({
    name: CreateTeamBody.shape.name.optional(),
    description: z.string().trim().max(1_000).optional(),
  })
  .refine((body) => Object.keys(body).length > 0, 'name at least one field to change');
export type UpdateTeamBody = z.infer<typeof UpdateTeamBody>;

/** A team: its applications and service accounts are there for its members alone, and for who may see every team. */
export const TeamView = z.object({
  id: TeamId,
  tenant: TenantId,
  name: z.string(),
  description: z.string(),
  createdAt: z.iso.datetime(),
  createdBy: z.string(),
});
export type TeamView = z.infer<typeof TeamView>;

/** Answer of `GET /v1/teams`: every team, or without `teams:read` those the caller is in. */
export const TeamList = pageOf(TeamView);
export type TeamList = z.infer<typeof TeamList>;

/** Body of `POST /v1/teams/{id}/members`. */
export const AddTeamMemberBody = z.strictObject({ userId: UserId });
export type AddTeamMemberBody = z.infer<typeof AddTeamMemberBody>;

/** Somebody in a team. */
export const TeamMemberView = z.object({
  teamId: TeamId,
  userId: UserId,
  since: z.iso.datetime(),
  addedBy: z.string(),
});
export type TeamMemberView = z.infer<typeof TeamMemberView>;

/** Answer of `GET /v1/teams/{id}/members`. */
export const TeamMemberList = pageOf(TeamMemberView);
export type TeamMemberList = z.infer<typeof TeamMemberList>;
