import { isIP } from 'node:net';
import { isPersonal } from '../redaction/personal-fields.js';

/** A leaf as it is in the log. */
export interface SearchableLeaf {
  index: number;
  type: string;
  subject: string;
  tenant: string;
  actor: string;
  token: string | null;
  at: Date;
  /** RFC 8785 form of the event; `null` once it has expired. */
  canonical: string | null;
}

/** What one entry is found by. */
export interface SearchRow {
  index: number;
  at: Date;
  type: string;
  tenant: string;
  actor: string;
  token: string | null;
  application: string | null;
  person: string | null;
  /** An IP address. */
  address: string | null;
  outcome: string;
  /** Text that it is found by; nothing of it is personal, or whoever may search could find out by guessing. */
  words: string;
}

const LONGEST_ID = 200;
const MOST_WORDS = 32_768;
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
    words: wordsOf([type, subject, actor], data),
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

function wordsOf(texts: string[], data: Data): string {
  collectTexts(data, texts);
  const words = texts.join(' ').slice(0, MOST_WORDS);
  return words.includes('\0') ? words.replaceAll('\0', ' ') : words;
}

/** Every text in a value, and the names of texts: a caller's own, such as those of metadata, are worth finding. */
function collectTexts(value: unknown, into: string[]): void {
  if (typeof value === 'string') into.push(value);
  else if (Array.isArray(value)) for (const item of value) collectTexts(item, into);
  else if (isRecord(value))
    for (const name of Object.keys(value)) {
      if (isPersonal(name) || UNREADABLE.has(name)) continue;
      if (typeof value[name] === 'string') into.push(name);
      collectTexts(value[name], into);
    }
}

const isRecord = (value: unknown): value is Data =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
