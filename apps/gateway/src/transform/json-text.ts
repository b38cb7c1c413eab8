import { parse, stringify } from 'lossless-json';

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Reads a JSON text as every parser would: UTF-8 without a byte order mark (RFC 8259 §8.1), no two members of one name
 * that differ (§4).
 * @returns `undefined` for what is not, or is nested deeper than can be followed.
 */
export function jsonOf(text: Uint8Array): { readonly value: unknown } | undefined {
  try {
    return { value: parse(utf8.decode(text), undefined, Number) };
  } catch {
    return undefined;
  }
}

/**
 * Changes a JSON text; what is not changed keeps every digit.
 * @param edit changes the value in place, and says whether it did.
 * @returns the same bytes where nothing changed; `undefined`: see {@link jsonOf}.
 */
export function editedJson(
  text: Buffer,
  edit: (value: unknown) => boolean,
): { readonly text: Buffer; readonly isChanged: boolean } | undefined {
  try {
    const value = parse(utf8.decode(text));
    return edit(value)
      ? { text: Buffer.from(stringify(value) ?? ''), isChanged: true }
      : { text, isChanged: false };
  } catch {
    return undefined;
  }
}
