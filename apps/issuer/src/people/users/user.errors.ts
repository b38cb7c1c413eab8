import { DomainError } from '@gatehouse/kernel';

/** Also for somebody of another tenant, and for who was erased: who may not see it learns nothing. */
export const userNotFound = (userId: string): DomainError =>
  new DomainError('not-found', 'not-found', `There is no user ${userId.slice(0, 64)}.`);

export const userIdTaken = (userId: string): DomainError =>
  new DomainError('conflict', 'conflict', `User ${userId} exists already.`);

export const addressTaken = (): DomainError =>
  new DomainError('conflict', 'conflict', 'A user with this address exists already.');
