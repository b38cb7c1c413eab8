import { DomainError } from '@gatehouse/kernel';

/** Also for an application of another tenant: who may not see it learns nothing. */
export const applicationNotFound = (id: string): DomainError =>
  new DomainError('not-found', 'not-found', `There is no application ${id.slice(0, 64)}.`);

export const applicationIdTaken = (id: string): DomainError =>
  new DomainError('conflict', 'conflict', `Application ${id} exists already.`);

/** @param why one sentence for the caller. */
export const applicationNotEnabled = (why: string): DomainError =>
  new DomainError('conflict', 'application-not-enabled', why);

/** @param field what is wrong in the body. */
export const applicationInvalid = (field: string, rule: string): DomainError =>
  new DomainError('invalid', 'body-invalid', `${field}: ${rule}`, { fields: [{ field, rule }] });
