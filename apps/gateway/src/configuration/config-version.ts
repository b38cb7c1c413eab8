import { createHash } from 'node:crypto';

/** Which text of gateway.yaml this is. */
export const versionOf = (text: string): string => createHash('sha256').update(text).digest('hex');
