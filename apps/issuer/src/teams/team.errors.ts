import { DomainError } from '@gatehouse/kernel';

/** Also for another tenant's, and for one the caller is not in: who may not see it learns nothing. */
export const teamNotFound = (id: string): DomainError =>
  new DomainError('not-found', 'not-found', `There is no team ${id.slice(0, 64)}.`);

export const teamMemberNotFound = (userId: string): DomainError =>
  new DomainError('not-found', 'not-found', `There is no ${userId.slice(0, 64)} in the team.`);

export const teamInUse = (): DomainError =>
  new DomainError(
    'conflict',
    'team-in-use',
    'The team has applications or service accounts: give them to somebody else first.',
  );

export const teamTooLarge = (most: number): DomainError =>
  new DomainError('conflict', 'conflict', `A team has ${most} members at most. Remove some first.`);

/** For something that is to belong to a team that is not there. */
export function teamMissing(field: string): DomainError {
  const rule = 'there is no such team among those you are in';
  return new DomainError('invalid', 'body-invalid', `${field}: ${rule}`, { fields: [{ field, rule }] });
}
