import { DomainError } from '@gatehouse/kernel';

/** Also for another tenant's, and for one that was accepted. */
export const invitationNotFound = (id: string): DomainError =>
  new DomainError('not-found', 'not-found', `There is no invitation ${id.slice(0, 64)}.`);

export const tooManyInvitations = (most: number): DomainError =>
  new DomainError('conflict', 'conflict', `A tenant has ${most} invitations at most. Revoke some first.`);
