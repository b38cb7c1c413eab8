import { z } from 'zod';
import { defineEvent } from './event.js';
import { TeamId } from './team.fields.js';
import { UserId } from './user.fields.js';

/** People who share applications and service accounts. */
export const TeamCreated = defineEvent(
  'TeamCreated',
  'team.created.v1',
  'tenants.team-created',
  z.object({ teamId: TeamId, name: z.string(), description: z.string() }),
);
export type TeamCreated = z.infer<typeof TeamCreated.schema>;

/** Only changed fields are present, each with its new value. */
export const TeamUpdated = defineEvent(
  'TeamUpdated',
  'team.updated.v1',
  'tenants.team-updated',
  z.object({
    teamId: TeamId,
    changes: z.object({ name: z.string().optional(), description: z.string().optional() }),
  }),
);
export type TeamUpdated = z.infer<typeof TeamUpdated.schema>;

/** It had no application and no service account left. */
export const TeamDeleted = defineEvent(
  'TeamDeleted',
  'team.deleted.v1',
  'tenants.team-deleted',
  z.object({ teamId: TeamId }),
);
export type TeamDeleted = z.infer<typeof TeamDeleted.schema>;

/** She sees and manages what is the team's, as far as her role goes. */
export const TeamMemberAdded = defineEvent(
  'TeamMemberAdded',
  'team.member-added.v1',
  'tenants.team-member-added',
  z.object({ teamId: TeamId, userId: UserId }),
);
export type TeamMemberAdded = z.infer<typeof TeamMemberAdded.schema>;

/** What is the team's is not there for her any more. */
export const TeamMemberRemoved = defineEvent(
  'TeamMemberRemoved',
  'team.member-removed.v1',
  'tenants.team-member-removed',
  z.object({ teamId: TeamId, userId: UserId, reason: z.string() }),
);
export type TeamMemberRemoved = z.infer<typeof TeamMemberRemoved.schema>;
