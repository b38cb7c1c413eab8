import { parse } from 'lossless-json';

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
