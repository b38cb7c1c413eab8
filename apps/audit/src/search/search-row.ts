import { isIP } from 'node:net';
import { isPersonal } from '../redaction/personal-fields.js';
import { spelt, termsOf } from './search-words.js';

/** A leaf as it is in the log. */
export interface SearchableLeaf {
  index: string;
  type: string;
  subject: string;
  tenant: string;
  actor: string;
  token: string | null;
  /** As PostgreSQL writes it. */
  at: string;
  /** RFC 8785 form of the event; `null` once it has expired. */
  canonical: string | null;
}

/** What one entry is found by. */
export interface SearchRow {
  index: string;
  /** As PostgreSQL writes it. */
  at: string;
  type: string;
  tenant: string;
  actor: string;
  token: string | null;
  application: string | null;
  person: string | null;
  /** An IP address. */
  address: string | null;
  outcome: string;
  /**
   * The words that it is found by, {@link spelt}: those that the log says of it in any case, then `|`, then those of its
   * body. None of them is personal, or whoever may search could find out by guessing.
   */
  words: string;
  /** The number of every different word, in the order in which they come first. */
  terms: number[];
}

const LONGEST_ID = 200;
/** UTF-16 code units, of either part. */
const MOST_TEXT = 32_768;
/** Nobody looks for them, and they are in no language. */
const UNREADABLE = new Set(['hash', 'sha256', 'publicJwk']);

type Data = Readonly<Record<string, unknown>>;

/** What an entry is found by, from its event; of one that has expired, what the log still says of it. */
export function searchRowOf(leaf: SearchableLeaf): SearchRow {
  const { index, type, subject, tenant, actor, token, at } = leaf;
  const data = dataOf(leaf.canonical);
  return {
    index,
    at,
    type,
    tenant,
    actor,
    token,
    application: idIn(data, 'applicationId', 'clientId') ?? ifPrefixed(subject, 'app_'),
    person:
      idIn(data, 'userId') ?? ifPrefixed(subject, 'usr_') ?? ifPrefixed(actor.replace(/^user:/, ''), 'usr_'),
    address: addressIn(data),
    outcome: idIn(data, 'outcome') ?? outcomeOf(type),
    ...wordsOf([type, subject, actor], data),
  };
}

function dataOf(canonical: string | null): Data {
  if (canonical === null) return {};
  const { data } = JSON.parse(canonical) as { data?: unknown };
  return isRecord(data) ? data : {};
}

function idIn(data: Data, ...names: readonly string[]): string | null {
  const found = names.map((name) => data[name]).find((value) => typeof value === 'string' && value !== '');
  return typeof found === 'string' && found.length <= LONGEST_ID && !found.includes('\0') ? found : null;
}

const ifPrefixed = (id: string, prefix: string): string | null => (id.startsWith(prefix) ? id : null);

function addressIn(data: Data): string | null {
  const address = idIn(data, 'clientAddress', 'ipAddress', 'address', 'ip');
  return address !== null && isIP(address) !== 0 && !address.includes('%') ? address : null;
}

/** A fact is the outcome of what was asked for; those that say otherwise end so. */
const outcomeOf = (type: string): string =>
  /[.-](?:failed|refused|denied|blocked)(?:\.v\d+)?$/.test(type) ? 'failure' : 'success';

function wordsOf(said: readonly string[], data: Data): Pick<SearchRow, 'words' | 'terms'> {
  const texts = new Set<string>();
  for (const name of Object.keys(data)) if (isReadable(name)) collectTexts(data[name], texts);
  for (const text of said) texts.delete(text);
  const [inAnyCase, ofBody] = [said, [...texts]].map((part) => spelt(part.join(' ').slice(0, MOST_TEXT)));
  return { words: `${inAnyCase}|${ofBody}`, terms: termsOf(`${inAnyCase}${ofBody}`) };
}

/** Every text in a value, and the names of texts: a caller's own, such as those of metadata, are worth finding. */
function collectTexts(value: unknown, into: Set<string>): void {
  if (typeof value === 'string') into.add(value);
  else if (Array.isArray(value)) for (const item of value) collectTexts(item, into);
  else if (isRecord(value))
    for (const name of Object.keys(value)) {
      if (!isReadable(name)) continue;
      if (typeof value[name] === 'string') into.add(name);
      collectTexts(value[name], into);
    }
}

const isReadable = (name: string): boolean => !isPersonal(name) && !UNREADABLE.has(name);

const isRecord = (value: unknown): value is Data =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
