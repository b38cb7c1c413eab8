import { expandRoles } from '@gatehouse/contracts';
import { given } from '@gatehouse/testing';
import { describe, it } from '@jest/globals';
import { type InvitationEvent, invitationDecider } from './invitation.decider.js';

const invitationId = `inv_${'a'.repeat(32)}`;
const userId = `usr_${'b'.repeat(32)}`;
const expiresAt = '2026-11-29T10:00:00.000Z';
const terms = { invitationId, personal: 'p'.repeat(60), role: 'developer', expiresAt } as const;
const issued: InvitationEvent = { type: 'invitation.issued.v1', data: terms };
const accepted: InvitationEvent = { type: 'invitation.accepted.v1', data: { invitationId, userId } };
const revoked: InvitationEvent = { type: 'invitation.revoked.v1', data: { invitationId, reason: 'odd' } };
const issue = { kind: 'issue', ...terms, grantedBy: expandRoles(['role:admin']) } as const;
const accept = { kind: 'accept', invitationId, userId, now: new Date('2026-11-28T10:00:00Z') } as const;
const revoke = { kind: 'revoke', invitationId, reason: 'odd' } as const;

describe('an invitation', () => {
  it('is issued once, to no more than its maker holds', () => {
    given(invitationDecider, []).when(issue).then([issued]);
    given(invitationDecider, [issued]).when(issue).then([]);
    given(invitationDecider, [])
      .when({ ...issue, role: 'owner' })
      .thenThrows('scope-not-grantable');
  });

  it('is accepted once, until it expires', () => {
    given(invitationDecider, [issued]).when(accept).then([accepted]);
    given(invitationDecider, [issued, accepted]).when(accept).thenThrows('not-found');
    given(invitationDecider, [issued])
      .when({ ...accept, now: new Date(expiresAt) })
      .thenThrows('not-found');
  });

  it('is revoked, and then nobody accepts it', () => {
    given(invitationDecider, [issued]).when(revoke).then([revoked]);
    given(invitationDecider, [issued, revoked]).when(revoke).then([]);
    given(invitationDecider, [issued, revoked]).when(accept).thenThrows('not-found');
    for (const past of [[], [issued, accepted]])
      given(invitationDecider, past).when(revoke).thenThrows('not-found');
  });
});
