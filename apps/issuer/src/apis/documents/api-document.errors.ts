import { DomainError } from '@gatehouse/kernel';
import type { FoundMistake } from '@gatehouse/openapi';

/** Also for another tenant's: who may not see it learns nothing. */
export const documentNotFound = (document: string): DomainError =>
  new DomainError(
    'not-found',
    'not-found',
    `There is no document ${document}. Upload it first (POST /v1/api-documents).`,
  );

export const documentMistaken = ({ pointer, rule }: FoundMistake): DomainError =>
  new DomainError('invalid', 'body-invalid', `${pointer || 'The document'}: ${rule}`, {
    fields: [{ field: `text${pointer}`, rule }],
  });

export const tooManyDocuments = (most: number): DomainError =>
  new DomainError(
    'conflict',
    'conflict',
    `A tenant may have ${most} documents at once. Those that no API has named for a day go by themselves; retire APIs, or give several the same document.`,
  );

export const tooManyChecks = (): DomainError =>
  new DomainError(
    'exhausted',
    'too-many-at-once',
    'Other documents are being looked at. Try again in a moment.',
  );
