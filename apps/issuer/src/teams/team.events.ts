import {
  TeamCreated,
  TeamDeleted,
  TeamMemberAdded,
  TeamMemberRemoved,
  TeamUpdated,
} from '@gatehouse/contracts';
import { storedEventsOf } from '../stored-events.js';

export const teamEventOf = storedEventsOf(
  TeamCreated,
  TeamUpdated,
  TeamDeleted,
  TeamMemberAdded,
  TeamMemberRemoved,
);

/** What can happen in a team's stream. */
export type TeamEvent = ReturnType<typeof teamEventOf>;
