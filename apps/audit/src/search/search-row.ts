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
    words: [type, subject, actor, ...textsIn(data)].join(' ').slice(0, MOST_WORDS).replaceAll('\0', ' '),
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

function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.flatMap(textsIn);
  if (!isRecord(value)) return [];
  return Object.entries(value).flatMap(([name, member]) =>
    isPersonal(name) || UNREADABLE.has(name) ? [] : [...nameWords(name, member), ...textsIn(member)],
  );
}

/** A caller's own names, such as those of metadata, are worth finding. */
const nameWords = (name: string, member: unknown): string[] => (typeof member === 'string' ? [name] : []);

const isRecord = (value: unknown): value is Data =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
