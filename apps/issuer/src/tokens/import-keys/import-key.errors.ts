import { DomainError } from '@gatehouse/kernel';

/** Also for another tenant's: who may not see it learns nothing. */
export const importKeyNotFound = (id: string): DomainError =>
  new DomainError('not-found', 'not-found', `There is no import key ${id.slice(0, 64)}.`);

/** @param left how many secrets that work are found with it alone. */
export const importKeyInUse = (left: number): DomainError =>
  new DomainError(
    'conflict',
    'import-key-in-use',
    `${left} secrets imported under it still work. Rotate or revoke their tokens first.`,
  );

export const tooManyImportKeys = (most: number): DomainError =>
  new DomainError('conflict', 'conflict', `A tenant has at most ${most} import keys. Remove one.`);

/** For a key that is to be imported under an import key that is not there. */
export function importKeyMissing(id: string): DomainError {
  const rule = `there is no import key ${id}; POST /v1/import-keys makes one`;
  return new DomainError('invalid', 'body-invalid', `importKeyId: ${rule}`, {
    fields: [{ field: 'importKeyId', rule }],
  });
}
