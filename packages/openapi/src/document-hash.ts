import { createHash } from 'node:crypto';

/** The name of a document by its content: `sha256:` and the hash of its text in UTF-8. */
export const documentHash = (text: string): string =>
  `sha256:${createHash('sha256').update(text, 'utf8').digest('hex')}`;
