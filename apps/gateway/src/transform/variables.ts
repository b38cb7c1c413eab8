import { parametersOf } from '@gatehouse/contracts';
import type { Exchange } from '../request/exchange.js';
import { type PathPattern, restFrom, segmentAt } from '../routes/path-pattern.js';
import type { Holder } from '../tokens/credential.js';

/** What a template may name. */
export interface Variable {
  readonly read: (exchange: Exchange, holder: Holder) => string;
  /** Whether it is a part of the path, percent-encoded as the client sent it. */
  readonly isEncoded: boolean;
}

const plain = (read: Variable['read']): Variable => ({ read, isEncoded: false });

/** What is known of every request. Parameters of a path hold no dot, so nothing of it can be one's name. */
const KNOWN: ReadonlyMap<string, Variable> = new Map([
  ['token.id', plain((_, { tokenId }) => tokenId)],
  ['token.tenant', plain((_, { tenant }) => tenant)],
  ['token.application', plain((_, { applicationId = '' }) => applicationId)],
  ['token.user', plain((_, { userId = '' }) => userId)],
  ['request.id', plain(({ requestId }) => requestId)],
  ['request.method', plain(({ method }) => method)],
  ['client.address', plain(({ clientAddress }) => clientAddress)],
]);

/** What stands behind a prefix such as `/orders/*`, without the slash between. */
const REST = '*';

/** @returns `undefined` for a name that stands for nothing on a route with this path. */
export function variableOf(name: string, path: PathPattern): Variable | undefined {
  const position = name === REST ? path.restPosition : path.positionOf(name);
  if (position === undefined) return KNOWN.get(name);
  return {
    read:
      name === REST
        ? (exchange) => restFrom(exchange.path, position)
        : ({ path }) => segmentAt(path, position),
    isEncoded: true,
  };
}

/** The names that a template on a route may hold, as a mistake tells them. */
export const namesFor = (path: string, only: 'path' | 'all'): string =>
  [
    ...parametersOf(path).map(([name]) => name),
    ...(path.endsWith('/*') ? [REST] : []),
    ...(only === 'all' ? KNOWN.keys() : []),
  ]
    .map((name) => `{${name}}`)
    .join(', ') || 'none';
