import { TlogError } from './errors.js';
import type { Hash } from './hash.js';
import { HASH_BYTES } from './hash.js';
import { decodeBase64, encodeBase64 } from './lib/base64.js';
import { isCount } from './lib/tree-size.js';

/** C2SP tlog-witness: no tree that can be needs more. */
const MOST_HASHES = 63;
const OLD_SIZE = /^old (0|[1-9]\d{0,15})$/;

/** What a log asks of a witness (C2SP tlog-witness, `add-checkpoint`). */
export interface AddCheckpoint {
  /** Of the tree that the witness cosigned last; 0 when it has cosigned none. */
  oldSize: number;
  /** RFC 9162 §2.1.4, from `oldSize` to the checkpoint's size. */
  proof: readonly Hash[];
  /** The checkpoint: a signed note. */
  note: string;
}

/** The body of the request. */
export function formatAddCheckpoint({ oldSize, proof, note }: AddCheckpoint): string {
  return [`old ${oldSize}`, ...proof.map(encodeBase64), '', note].join('\n');
}

/**
 * Reads the body of a request; the note in it is still only text.
 * @throws TlogError `request-malformed` saying which line is wrong.
 */
export function parseAddCheckpoint(body: string): AddCheckpoint {
  const end = body.indexOf('\n\n');
  const [first = '', ...lines] = body.slice(0, Math.max(end, 0)).split('\n');
  const oldSize = Number(OLD_SIZE.exec(first)?.[1]);
  if (!isCount(oldSize)) throw malformed('the first line is "old <size>"');
  if (lines.length > MOST_HASHES) throw malformed(`a proof has at most ${MOST_HASHES} hashes`);
  const proof = lines.map((line) => decodeBase64(line));
  if (!proof.every((hash): hash is Uint8Array => hash?.length === HASH_BYTES))
    throw malformed('a line of the proof is no hash in base64');
  return { oldSize, proof, note: body.slice(end + 2) };
}

const malformed = (message: string): TlogError => new TlogError('request-malformed', message);
