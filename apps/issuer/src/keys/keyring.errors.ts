import { DomainError } from '@gatehouse/kernel';

export const keyNotFound = (keyId: string): DomainError =>
  new DomainError('not-found', 'not-found', `There is no signing key ${keyId.slice(0, 64)}.`);

/** @param why one sentence for the caller. */
export const keyNotUsable = (why: string): DomainError => new DomainError('conflict', 'key-not-usable', why);
