import { canonicalJson } from './canonical-json.js';
import type { EntryLine, ExpiredLine } from './export-line.js';
import { Flaw } from './flaw.js';
import { HASH_BYTES, hashOfLeaf } from './hash.js';

/** What an entry is shown and found by, and the attribute of the event that it must repeat. */
const SHOWN = {
  eventId: 'id',
  type: 'type',
  source: 'source',
  subject: 'subject',
  tenant: 'tenant',
  actor: 'actor',
} as const;

/**
 * The leaf hash of an entry, computed from its event alone.
 * @throws Flaw when the log holds another hash for it, or shows it as something that the event does not say.
 */
export function checkedLeafHash({ index, leafHash, event, shown }: EntryLine): Buffer {
  const computed = hashOfLeaf(canonicalJson(event));
  if (computed.toString('base64') !== leafHash)
    throw new Flaw('the event is not what its leaf was made of', { entry: index });
  for (const [name, attribute] of Object.entries(SHOWN))
    if (shown[name] !== event[attribute]) throw mislabelled(index, name);
  if ((shown['token'] ?? null) !== tokenOf(event)) throw mislabelled(index, 'token');
  if (instantOf(shown['at']) !== instantOf(event['time'])) throw mislabelled(index, 'at');
  return computed;
}

/**
 * The leaf hash of an entry whose body has expired, as the log says it: the root it leads to is what shows that it is right.
 * @throws Flaw when it is no hash.
 */
export function statedLeafHash({ index, leafHash }: ExpiredLine): Buffer {
  const stated = Buffer.from(leafHash, 'base64');
  if (stated.length === HASH_BYTES && stated.toString('base64') === leafHash) return stated;
  throw new Flaw('the leaf hash is none', { entry: index });
}

const mislabelled = (entry: number, name: string): Flaw =>
  new Flaw(`the entry is shown with another ${name} than its event has`, { entry });

function tokenOf({ data }: Record<string, unknown>): unknown {
  const found = typeof data === 'object' && data !== null && 'tokenId' in data ? data.tokenId : undefined;
  return found ?? null;
}

/** To the millisecond, which is what the log shows. */
const instantOf = (value: unknown): number => (typeof value === 'string' ? Date.parse(value) : Number.NaN);
