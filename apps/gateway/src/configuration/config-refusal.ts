import { DomainError } from '@gatehouse/kernel';
import { RoutesRejected } from '../routes/routes-rejected.js';

/** @throws DomainError `config-invalid` for what breaks a rule, anything else as it is. */
export function configRefusal(error: unknown): never {
  if (!(error instanceof RoutesRejected)) throw error;
  const fields = error.mistakes.map(({ line, column, field, rule, fix }) => ({
    field: [field || 'the text', ...(line === null ? [] : [`(${line}:${column})`])].join(' '),
    rule: fix === null ? rule : `${rule}: ${fix}`,
  }));
  throw new DomainError('invalid', 'config-invalid', 'Nothing has changed; see errors.', {
    fields,
    cause: error,
  });
}
