import { type BodyRule, MAX_VIOLATIONS, type Violation } from '@gatehouse/openapi';
import { refusal, type Refusal } from '../request/refusal.js';

export const operationUnknown = refusal(
  'operation-unknown',
  'The document of this API has no such path. Compare it with the documentation.',
);

export const bodyEncoded = refusal('media-type-unsupported', 'Send JSON as it is: without Content-Encoding.');

export const jsonInvalid = refusal(
  'json-invalid',
  'The body is not JSON in UTF-8, has two members of one name, or is nested too deep.',
);

/** @param operations by method. */
export const methodUnknown = (operations: ReadonlyMap<string, unknown>): Refusal =>
  refusal('method-not-allowed', 'The document of this API does not have this method at this path.', [
    'allow',
    [...operations.keys()].join(', '),
  ]);

export const mediaUnknown = ({ media }: BodyRule): Refusal =>
  refusal(
    'media-type-unsupported',
    `Send the body as one of: ${media.map(({ range }) => range).join(', ')}.`,
  );

/** @param violations at least one. */
export function requestInvalid(violations: readonly Violation[]): Refusal {
  const errors = violations.slice(0, MAX_VIOLATIONS).map((one) => ({ ...one }));
  const [first] = errors;
  return { ...refusal('request-invalid', `${first?.field} ${first?.rule}. ${first?.fix}`), errors };
}
