import type { Role } from '@gatehouse/contracts';
import { DomainError } from '@gatehouse/kernel';

/** Also for a member of another tenant. */
export const memberNotFound = (userId: string): DomainError =>
  new DomainError('not-found', 'not-found', `There is no member ${userId.slice(0, 64)}.`);

export const isMemberAlready = (userId: string, role: Role): DomainError =>
  new DomainError('conflict', 'conflict', `${userId} has the role ${role} already: PATCH changes it.`);

export const lastOwner = (): DomainError =>
  new DomainError('conflict', 'member-last-owner', 'Make somebody else an owner first.');

export const tooManyMembers = (most: number): DomainError =>
  new DomainError('conflict', 'conflict', `A tenant has ${most} members at most. Remove some first.`);
