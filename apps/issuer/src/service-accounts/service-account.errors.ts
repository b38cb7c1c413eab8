import { DomainError } from '@gatehouse/kernel';

/** Also for another tenant's: who may not see it learns nothing. */
export const serviceAccountNotFound = (id: string): DomainError =>
  new DomainError('not-found', 'not-found', `There is no service account ${id.slice(0, 64)}.`);

export const serviceAccountSuspended = (id: string): DomainError =>
  new DomainError(
    'conflict',
    'service-account-suspended',
    `Service account ${id} is suspended. Resume it first: POST /v1/service-accounts/${id}/resume.`,
  );

export const beyondServiceAccount = (id: string, scopes: readonly string[]): DomainError =>
  new DomainError(
    'forbidden',
    'service-account-exceeded',
    `Service account ${id} may not hold ${scopes.slice(0, 10).join(', ')}. Leave that out, or add it to the account first.`,
  );

export const tooManyAccountTokens = (id: string, most: number): DomainError =>
  new DomainError(
    'conflict',
    'conflict',
    `Service account ${id} may have ${most} live tokens at once. Revoke some, or rotate one instead of issuing another.`,
  );
