import { MemberAdded, MemberRemoved, MemberRoleChanged, type Role, scopeOfRole } from '@gatehouse/contracts';
import type { Decider } from '@gatehouse/kernel';
import { type GrantedBy, refuseUngrantable } from '../../permissions/grantable.js';
import { isMemberAlready, lastOwner, memberNotFound, tooManyMembers } from './member.errors.js';
import type { MemberEvent } from './member.events.js';

/** People with a role, not people who sign in: those who run the tenant. */
export const MOST_MEMBERS = 1_000;

export type MemberCommand =
  | { kind: 'add'; userId: string; role: Role; grantedBy: GrantedBy }
  | { kind: 'change'; userId: string; role: Role; grantedBy: GrantedBy }
  | { kind: 'remove'; userId: string; reason: string; grantedBy: GrantedBy };

/** Everybody who has or had a role in a tenant: one stream, because the rule about owners is about all of them. */
export type Members = ReadonlyMap<string, Role | 'former'>;

/** The rules of who has which role. Nobody gives or takes a role that stands for more than he holds. */
export const memberDecider: Decider<MemberCommand, MemberEvent, Members> = {
  initial: new Map(),
  decide(command, members) {
    switch (command.kind) {
      case 'add':
        return add(command, members);
      case 'change':
        return change(command, members);
      case 'remove':
        return remove(command, members);
    }
  },
  evolve(members, { type, data }) {
    return new Map(members).set(data.userId, type === 'member.removed.v1' ? 'former' : data.role);
  },
};

function add(
  { userId, role, grantedBy }: Extract<MemberCommand, { kind: 'add' }>,
  members: Members,
): MemberEvent[] {
  const present = members.get(userId);
  if (present === role) return [];
  if (present !== undefined && present !== 'former') throw isMemberAlready(userId, present);
  refuseUngrantable([scopeOfRole(role)], grantedBy);
  if ([...members.values()].filter((known) => known !== 'former').length >= MOST_MEMBERS)
    throw tooManyMembers(MOST_MEMBERS);
  return [{ type: MemberAdded.type, data: { userId, role } }];
}

function change(
  { userId, role, grantedBy }: Extract<MemberCommand, { kind: 'change' }>,
  members: Members,
): MemberEvent[] {
  const previousRole = roleOf(members, userId);
  if (previousRole === role) return [];
  refuseUngrantable([scopeOfRole(previousRole), scopeOfRole(role)], grantedBy);
  refuseLastOwner(members, previousRole);
  return [{ type: MemberRoleChanged.type, data: { userId, role, previousRole } }];
}

function remove(
  { userId, reason, grantedBy }: Extract<MemberCommand, { kind: 'remove' }>,
  members: Members,
): MemberEvent[] {
  if (members.get(userId) === 'former') return [];
  const previousRole = roleOf(members, userId);
  refuseUngrantable([scopeOfRole(previousRole)], grantedBy);
  refuseLastOwner(members, previousRole);
  return [{ type: MemberRemoved.type, data: { userId, previousRole, reason } }];
}

function roleOf(members: Members, userId: string): Role {
  const role = members.get(userId);
  if (role === undefined || role === 'former') throw memberNotFound(userId);
  return role;
}

/** Whoever is no owner any more leaves another one behind. */
function refuseLastOwner(members: Members, previousRole: Role): void {
  if (previousRole !== 'owner') return;
  if ([...members.values()].filter((role) => role === 'owner').length === 1) throw lastOwner();
}
