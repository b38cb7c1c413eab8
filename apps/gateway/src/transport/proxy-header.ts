import { isIP } from 'node:net';

/** The longest header of version 1, CRLF included. */
const MAX_TEXT = 107;
const SIGNATURE = Buffer.from('0d0a0d0a000d0a515549540a', 'hex');
const BINARY_HEAD = 16;
/** Addresses and what a sane sender adds (TLVs); the format would allow 64 KiB. */
const MAX_BINARY = 2_048;

/** What a connection begins with, as read so far. */
export type ProxyHeader =
  | { readonly status: 'incomplete' }
  | { readonly status: 'invalid' }
  /** @property address of the client; undefined: the proxy speaks for itself (a health check), or does not know. */
  | { readonly status: 'read'; readonly address: string | undefined; readonly length: number };

const INCOMPLETE: ProxyHeader = { status: 'incomplete' };
const INVALID: ProxyHeader = { status: 'invalid' };

/**
 * Reads the header of the PROXY protocol, version 1 or 2, from the first bytes of a connection.
 * https://www.haproxy.org/download/3.0/doc/proxy-protocol.txt
 */
export function readProxyHeader(bytes: Buffer): ProxyHeader {
  const seen = bytes.subarray(0, SIGNATURE.length);
  if (SIGNATURE.subarray(0, seen.length).equals(seen))
    return seen.length < SIGNATURE.length ? INCOMPLETE : readBinary(bytes);
  return readText(bytes);
}

/** §2.1: `PROXY TCP4 192.0.2.1 198.51.100.1 56324 443\r\n` */
function readText(bytes: Buffer): ProxyHeader {
  const text = bytes.subarray(0, MAX_TEXT).toString('latin1');
  if (!'PROXY '.startsWith(text.slice(0, 6))) return INVALID;
  const end = text.indexOf('\r\n');
  if (end < 0) return bytes.length < MAX_TEXT ? INCOMPLETE : INVALID;
  const length = end + 2;
  const [, family, source, target, ...ports] = text.slice(0, end).split(' ');
  if (family === 'UNKNOWN') return { status: 'read', address: undefined, length };
  const version = family === 'TCP4' ? 4 : family === 'TCP6' ? 6 : -1;
  if (isIP(source ?? '') !== version || isIP(target ?? '') !== version) return INVALID;
  if (ports.length !== 2 || !ports.every(isPort)) return INVALID;
  return { status: 'read', address: source, length };
}

const isPort = (text: string): boolean => /^(0|[1-9]\d{0,4})$/.test(text) && Number(text) <= 65_535;

/** §2.2 */
function readBinary(bytes: Buffer): ProxyHeader {
  if (bytes.length < BINARY_HEAD) return INCOMPLETE;
  const [versionAndCommand = 0, family = 0] = bytes.subarray(12, 14);
  const size = bytes.readUInt16BE(14);
  const length = BINARY_HEAD + size;
  if (versionAndCommand >> 4 !== 2 || (versionAndCommand & 0x0f) > 1 || size > MAX_BINARY) return INVALID;
  if (bytes.length < length) return INCOMPLETE;
  const isLocal = (versionAndCommand & 0x0f) === 0;
  if (isLocal) return { status: 'read', address: undefined, length };
  const body = bytes.subarray(BINARY_HEAD, length);
  switch (family >> 4) {
    case 1:
      return size < 12 ? INVALID : { status: 'read', address: body.subarray(0, 4).join('.'), length };
    case 2:
      return size < 36 ? INVALID : { status: 'read', address: ipv6Of(body.subarray(0, 16)), length };
    default:
      return { status: 'read', address: undefined, length }; // of Unix sockets and others nothing is known
  }
}

const ipv6Of = (bytes: Buffer): string =>
  Array.from({ length: 8 }, (_, i) => bytes.readUInt16BE(i * 2).toString(16)).join(':');
