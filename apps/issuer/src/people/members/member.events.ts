import { MemberAdded, MemberRemoved, MemberRoleChanged } from '@gatehouse/contracts';
import { storedEventsOf } from '../../stored-events.js';

export const memberEventOf = storedEventsOf(MemberAdded, MemberRoleChanged, MemberRemoved);

/** What can happen in the stream of a tenant's members. */
export type MemberEvent = ReturnType<typeof memberEventOf>;
