import { isNativeError } from 'node:util/types';

/** Whether the connection broke under a request, as one that was kept alive may. */
export const isBrokenConnection = (error: unknown): boolean =>
  ['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE'].includes(codeOf(error));

const codeOf = (error: unknown): string =>
  isNativeError(error) && 'code' in error ? String(error.code) : '';
