import { DomainError } from '@gatehouse/kernel';

/** Also for another tenant's: who may not see it learns nothing. */
export const apiNotFound = (id: string): DomainError =>
  new DomainError('not-found', 'not-found', `There is no published API ${id.slice(0, 64)}.`);

export const apiChangedMeanwhile = (id: string, version: number): DomainError =>
  new DomainError(
    'conflict',
    'conflict',
    `API ${id} is at version ${version} by now. Read it again (GET /v1/apis/${id}) and change that.`,
  );

export const apiNameTaken = (name: string): DomainError =>
  new DomainError(
    'conflict',
    'conflict',
    `Another API is called ${JSON.stringify(name)}. Change that one, retire it, or take another name.`,
  );

export const tooManyApis = (most: number): DomainError =>
  new DomainError(
    'conflict',
    'conflict',
    `A tenant may have ${most} published APIs at once. Retire some, or give one more routes.`,
  );
