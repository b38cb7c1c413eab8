import { Flaw } from './flaw.js';
import type { LogKey } from './log-key.js';

const KEY_ID_BYTES = 4;
const HASH_BYTES = 32;
const SIGNATURE = /^\u2014 (\S+) ([A-Za-z0-9+/]+=*)$/u;
/** C2SP tlog-checkpoint: origin, size in decimal without leading zeros, root; extensions may follow. */
const CHECKPOINT = /^([^\n]+)\n(0|[1-9]\d{0,15})\n([A-Za-z0-9+/]{43}=)\n(?:[^\n]+\n)*$/;

/** What a log signed. */
export interface SignedCheckpoint {
  origin: string;
  size: number;
  root: Buffer;
  /** The whole note, with the signatures of others. */
  note: string;
}

/**
 * Opens a checkpoint: a C2SP signed note of a C2SP tlog-checkpoint.
 * @param keys one of them must have signed; signatures of others, such as witnesses, are passed over.
 * @throws Flaw when it is none, nobody of them signed it, or a signature of theirs is wrong.
 */
export function openCheckpoint(note: string, keys: readonly LogKey[]): SignedCheckpoint {
  const checkpoint = readCheckpoint(note);
  const { origin, size } = checkpoint;
  if (signersOf(note, keys).length === 0)
    throw new Flaw(`the checkpoint of size ${size} is not signed by the log’s key`);
  if (!keys.some(({ name }) => name === origin))
    throw new Flaw(`the checkpoint of size ${size} is one of the log "${origin}"`);
  return checkpoint;
}

/**
 * What a checkpoint says, whoever signed it.
 * @throws Flaw when it is none.
 */
export function readCheckpoint(note: string): SignedCheckpoint {
  const [, origin = '', size = '', base64 = ''] = CHECKPOINT.exec(partsOf(note)[0]) ?? [];
  const root = Buffer.from(base64, 'base64');
  if (root.length !== HASH_BYTES || !note.endsWith('\n')) throw new Flaw('a checkpoint is not well-formed');
  return { origin, size: Number(size), root, note };
}

/** A key under a note, and its signature as it stands there. */
export interface Signature {
  key: LogKey;
  bytes: Buffer;
}

/** The signatures under a note that name one of the keys; not verified yet. */
export function signaturesOf(note: string, keys: readonly LogKey[]): Signature[] {
  return partsOf(note)[1].flatMap((line) => {
    const [, name, base64 = ''] = SIGNATURE.exec(line) ?? [];
    const bytes = Buffer.from(base64, 'base64');
    const id = bytes.subarray(0, KEY_ID_BYTES).toString('hex');
    const key = keys.find((candidate) => candidate.name === name && candidate.id === id);
    return key ? [{ key, bytes: bytes.subarray(KEY_ID_BYTES) }] : [];
  });
}

/** What the signatures of a note are over. */
export const textOf = (note: string): string => partsOf(note)[0];

/** @throws Flaw when a key of ours is named with a signature that is not its own. */
function signersOf(note: string, keys: readonly LogKey[]): LogKey[] {
  return signaturesOf(note, keys).map(({ key, bytes }) => {
    if (!key.signed(textOf(note), bytes))
      throw new Flaw(`the signature of ${key.name}+${key.id} under a checkpoint does not verify`);
    return key;
  });
}

/** What is signed, and the signature lines. */
function partsOf(note: string): [text: string, signatures: string[]] {
  const at = note.lastIndexOf('\n\n');
  return [note.slice(0, at + 1), note.slice(at + 2, -1).split('\n')];
}

/** The notes in a text that holds one or more, one after the other, as people keep them. */
export function notesIn(text: string): string[] {
  // A note ends where a signature line is not followed by another.
  const ends = /(?<=\n\u2014 [^\n]+\n)\n*(?!\u2014 |\n|$)/u;
  return text
    .replaceAll('\r\n', '\n')
    .split(ends)
    .map((note) => `${note.trim()}\n`)
    .filter((note) => note !== '\n');
}
