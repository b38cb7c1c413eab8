import { DomainError } from '@gatehouse/kernel';

/** Also for a tenant the caller may not see: he learns nothing. */
export const tenantNotFound = (id: string): DomainError =>
  new DomainError('not-found', 'not-found', `There is no tenant ${id.slice(0, 64)}.`);

export const tenantIdTaken = (id: string): DomainError =>
  new DomainError('conflict', 'conflict', `Tenant ${id} exists already.`);

/** Nobody could resume it. */
export const operatorNotSuspendable = (): DomainError =>
  new DomainError('conflict', 'conflict', 'The operator’s own tenant cannot be suspended.');
