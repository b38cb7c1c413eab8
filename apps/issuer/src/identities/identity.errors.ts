import { DomainError } from '@gatehouse/kernel';

/** Also for another tenant's: who may not see it learns nothing. */
export const identityNotFound = (id: string): DomainError =>
  new DomainError('not-found', 'not-found', `There is no identity ${id.slice(0, 64)}.`);

export const externalIdTaken = (): DomainError =>
  new DomainError('conflict', 'conflict', 'Another identity has this externalId. Each names one identity.');

/** @param left how many live tokens, as far as they were counted. */
export const identityInUse = (left: number): DomainError =>
  new DomainError(
    'conflict',
    'identity-in-use',
    `${left} tokens of it still live. Revoke them, or delete it with ?revoke=true; protected ones are never taken along.`,
  );

/** For a token that is to belong to an identity that is not there. */
export function identityMissing(id: string): DomainError {
  const rule = `there is no identity ${id}; POST /v1/identities makes one`;
  return new DomainError('invalid', 'body-invalid', `identityId: ${rule}`, {
    fields: [{ field: 'identityId', rule }],
  });
}
