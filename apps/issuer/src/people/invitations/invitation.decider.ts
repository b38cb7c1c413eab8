import {
  InvitationAccepted,
  InvitationIssued,
  InvitationRevoked,
  type Role,
  scopeOfRole,
} from '@gatehouse/contracts';
import type { Decider } from '@gatehouse/kernel';
import { type GrantedBy, refuseUngrantable } from '../../permissions/grantable.js';
import { storedEventsOf } from '../../stored-events.js';
import { invitationNotFound } from './invitation.errors.js';

export const invitationEventOf = storedEventsOf(InvitationIssued, InvitationAccepted, InvitationRevoked);

/** What can happen in an invitation's stream. */
export type InvitationEvent = ReturnType<typeof invitationEventOf>;

export type InvitationCommand = { invitationId: string } & (
  | { kind: 'issue'; personal: string; role: Role; expiresAt: string; grantedBy: GrantedBy }
  /** Whoever commands it has the link's code. */
  | { kind: 'accept'; userId: string; now: Date }
  | { kind: 'revoke'; reason: string }
);

/** Where an invitation is in its life. Expiry is no status: it is a date that passes. */
export type Invitation =
  | { readonly status: 'absent' | 'accepted' | 'revoked' }
  | { readonly status: 'open'; readonly expiresAt: string };

/** The rules of an invitation's life. Nobody invites somebody to more than he holds. */
export const invitationDecider: Decider<InvitationCommand, InvitationEvent, Invitation> = {
  initial: { status: 'absent' },
  decide(command, invitation) {
    const { invitationId } = command;
    switch (command.kind) {
      case 'issue': {
        if (invitation.status !== 'absent') return [];
        const { personal, role, expiresAt, grantedBy } = command;
        refuseUngrantable([scopeOfRole(role)], grantedBy);
        return [{ type: InvitationIssued.type, data: { invitationId, personal, role, expiresAt } }];
      }
      case 'accept':
        if (invitation.status !== 'open' || Date.parse(invitation.expiresAt) <= command.now.getTime())
          throw invitationNotFound(invitationId);
        return [{ type: InvitationAccepted.type, data: { invitationId, userId: command.userId } }];
      case 'revoke':
        if (invitation.status === 'revoked') return [];
        if (invitation.status !== 'open') throw invitationNotFound(invitationId);
        return [{ type: InvitationRevoked.type, data: { invitationId, reason: command.reason } }];
    }
  },
  evolve(_invitation, event) {
    switch (event.type) {
      case 'invitation.issued.v1':
        return { status: 'open', expiresAt: event.data.expiresAt };
      case 'invitation.accepted.v1':
        return { status: 'accepted' };
      case 'invitation.revoked.v1':
        return { status: 'revoked' };
    }
  },
};
