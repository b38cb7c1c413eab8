import type { JsonBoundsSpec } from './payload-spec.js';

const enum Byte {
  Quote = 0x22,
  Comma = 0x2c,
  OpenArray = 0x5b,
  Backslash = 0x5c,
  CloseArray = 0x5d,
  OpenObject = 0x7b,
  CloseObject = 0x7d,
}

const DUPLICATE = 'An object of the body has a key twice.';
/** Merged into another object without care, it changes every object of a JavaScript program. */
const PROTOTYPE = 'The body has the key "__proto__".';

/**
 * Why a JSON text goes beyond its bounds, found in one pass that builds nothing. Whether it is JSON at all is for a
 * parser to say, which may be asked once this is `undefined`: the text can then do it no harm.
 */
export function jsonFlaw(text: Buffer, bounds: Bounds): string | undefined {
  const walk = new Walk(bounds);
  for (let i = 0; i < text.length; i++) {
    const byte = text[i];
    let flaw: string | undefined;
    if (byte === Byte.OpenObject || byte === Byte.OpenArray) flaw = walk.enter(byte === Byte.OpenObject);
    else if (byte === Byte.CloseObject || byte === Byte.CloseArray) walk.leave();
    else if (byte === Byte.Comma) walk.next();
    else if (byte === Byte.Quote) {
      const end = endOfString(text, i);
      if (walk.isAtKey) flaw = walk.take(keyOf(text, i, end));
      i = end;
    }
    if (flaw) return flaw;
  }
  return undefined;
}

type Bounds = Omit<JsonBoundsSpec, 'maxBytes'>;

/** Where in a text the reader is. */
class Walk {
  /** The next string is a key. */
  isAtKey = false;
  /** Keys of the objects around that place; `undefined`: an array. */
  private readonly around: (Set<string> | undefined)[] = [];
  private keys = 0;

  constructor(private readonly bounds: Bounds) {}

  enter(isObject: boolean): string | undefined {
    if (this.around.length >= this.bounds.maxDepth)
      return `The body is nested deeper than ${this.bounds.maxDepth}.`;
    this.around.push(isObject ? new Set() : undefined);
    this.isAtKey = isObject;
    return undefined;
  }

  leave(): void {
    this.around.pop();
    this.isAtKey = false;
  }

  next(): void {
    this.isAtKey = this.around.at(-1) !== undefined;
  }

  take(key: string): string | undefined {
    const { maxKeys, duplicateKeys } = this.bounds;
    const siblings = this.around.at(-1);
    this.isAtKey = false;
    if (++this.keys > maxKeys) return `The body has more than ${maxKeys} keys.`;
    if (key === '__proto__') return PROTOTYPE;
    if (duplicateKeys === 'allow') return undefined;
    if (siblings?.has(key)) return DUPLICATE;
    siblings?.add(key);
    return undefined;
  }
}

/** Where the closing quote is; past the end where there is none. */
function endOfString(text: Buffer, start: number): number {
  for (let i = start + 1; i < text.length; i++) {
    if (text[i] === Byte.Backslash) i++;
    else if (text[i] === Byte.Quote) return i;
  }
  return text.length;
}

/** The same key is the same however it is escaped. */
function keyOf(text: Buffer, start: number, end: number): string {
  const raw = text.toString('utf8', start + 1, end);
  if (!raw.includes('\\')) return raw;
  try {
    return String(JSON.parse(`"${raw}"`));
  } catch {
    return raw; // not JSON, as the parser will say
  }
}
