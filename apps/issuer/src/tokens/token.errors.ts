import { DomainError } from '@gatehouse/kernel';

/** Also for a token of another tenant: who may not see it learns nothing. */
export const tokenNotFound = (tokenId: string): DomainError =>
  new DomainError('not-found', 'not-found', `There is no token ${tokenId.slice(0, 64)}.`);

export const tokenIdTaken = (tokenId: string): DomainError =>
  new DomainError('conflict', 'conflict', `Token ${tokenId} exists already.`);

export const keyImported = (): DomainError =>
  new DomainError('conflict', 'conflict', 'A key with this hash is known already.');

/** @param why one sentence for the caller. */
export const tokenNotActive = (why: string): DomainError =>
  new DomainError('conflict', 'token-not-active', `The token cannot be changed. ${why}`);

export const tokenProtected = (tokenId: string): DomainError =>
  new DomainError(
    'conflict',
    'token-protected',
    `Token ${tokenId} is protected. Suspend it, or lift the protection first: PATCH /v1/tokens/${tokenId} { "protected": false }.`,
  );

export const tooManySecrets = (most: number): DomainError =>
  new DomainError(
    'conflict',
    'token-not-active',
    `The token has ${most} secrets that work at once. Wait for an overlap to end, or rotate with overlapSeconds 0.`,
  );

/** For a token that is to be issued for something that is not there for whoever asks. */
export function holderMissing(id: string): DomainError {
  const field = id.startsWith('sac_') ? 'serviceAccountId' : 'applicationId';
  const rule = `there is no ${id}`;
  return new DomainError('invalid', 'body-invalid', `${field}: ${rule}`, { fields: [{ field, rule }] });
}
