import { randomBytes } from 'node:crypto';

/** How many words of 32 bits an id takes: its prefix, and its UUID. */
export const ID_WORDS = 5;

const DIGITS = 32;
const MAX_PREFIX = 4;
const UNDERSCORE = 0x5f;
/** No digit has this bit. */
const NO_DIGIT = 0x10;
/** By character code. */
const VALUES = new Uint8Array(128).fill(NO_DIGIT);
for (let value = 0; value < 16; value++) VALUES[value.toString(16).charCodeAt(0)] = value;

/** Nobody outside can tell which ids meet in one place of a table. */
const SEED = randomBytes(4).readInt32LE();

/**
 * Reads the end of an id, which is another one for every token (RFC 9562 §5.7), and is enough to look it up by.
 * @returns whether this may be an id as the issuer makes them, a short prefix and a UUID without dashes (`tok_019a…`).
 */
export function readIdEnd(id: string, words: Uint32Array): boolean {
  const start = id.length - DIGITS;
  if (start < 2 || start > MAX_PREFIX + 1 || id.charCodeAt(start - 1) !== UNDERSCORE) return false;
  return readWord(id, start + 16, words, 3) && readWord(id, start + 24, words, 4);
}

/**
 * Reads the rest of an id.
 * @returns whether it is one as the issuer makes them; if not, the words mean nothing.
 */
export function readIdBeginning(id: string, words: Uint32Array): boolean {
  const start = id.length - DIGITS;
  let prefix = 0;
  for (let at = 0; at < start - 1; at++) {
    const code = id.charCodeAt(at);
    if (code === 0 || code > 0x7f) return false;
    prefix = (prefix << 8) | code;
  }
  words[0] = prefix;
  return readWord(id, start, words, 1) && readWord(id, start + 8, words, 2);
}

/** By the id's end. */
export function hashOfIdWords(words: Uint32Array, from = 0): number {
  let hash = Math.imul(words[from + 3]! ^ SEED, 0xcc9e2d51);
  hash = Math.imul(((hash << 13) | (hash >>> 19)) ^ words[from + 4]!, 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 15), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** The id that was read into such words. */
export function idOfWords(words: Uint32Array): string {
  let prefix = '';
  for (let rest = words[0]!; rest > 0; rest >>>= 8) prefix = String.fromCharCode(rest & 0xff) + prefix;
  let digits = '';
  for (let n = 1; n < ID_WORDS; n++) digits += words[n]!.toString(16).padStart(8, '0');
  return `${prefix}_${digits}`;
}

/** Eight digits. Written out: it is done for every request, and a loop takes half as long again. */
function readWord(id: string, at: number, words: Uint32Array, n: number): boolean {
  const a = id.charCodeAt(at);
  const b = id.charCodeAt(at + 1);
  const c = id.charCodeAt(at + 2);
  const d = id.charCodeAt(at + 3);
  const e = id.charCodeAt(at + 4);
  const f = id.charCodeAt(at + 5);
  const g = id.charCodeAt(at + 6);
  const h = id.charCodeAt(at + 7);
  if ((a | b | c | d | e | f | g | h) > 0x7f) return false;
  const [s, t, u, v, w, x, y, z] = [
    VALUES[a]!,
    VALUES[b]!,
    VALUES[c]!,
    VALUES[d]!,
    VALUES[e]!,
    VALUES[f]!,
    VALUES[g]!,
    VALUES[h]!,
  ];
  words[n] = (s << 28) | (t << 24) | (u << 20) | (v << 16) | (w << 12) | (x << 8) | (y << 4) | z;
  return (s | t | u | v | w | x | y | z) < NO_DIGIT;
}
