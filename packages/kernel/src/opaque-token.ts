import { hash, randomFillSync } from 'node:crypto';
import { crc32 } from 'node:zlib';

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const SECRET_LENGTH = 32; // 32 base62 characters carry 190.5 bits
const CHECKSUM_LENGTH = 6; // 62^6 > 2^32: a whole CRC-32
const SHAPE = /^([a-z][a-z0-9]{1,15})_([a-z]{2,8})_([0-9A-Za-z]{32})([0-9A-Za-z]{6})$/;
/** 16 (prefix) + 8 (environment) + 2 separators + 38. */
const MAX_LENGTH = 64;
/** Asking the system for random numbers costs more than making a token of them, so it is asked for those of many. */
const randomBytes = new Uint8Array(4_096);
let nextByte = randomBytes.length;

/** The parts of an opaque token, as written: `<prefix>_<environment>_<secret><checksum>`. */
export interface OpaqueToken {
  prefix: string;
  environment: string;
  /** Last four characters, safe to show to people. */
  last4: string;
}

/** What secret scanners look for: any Gatehouse token with the given prefix. */
export function opaqueTokenPattern(prefix: string): string {
  return `\\b${prefix}_[a-z]{2,8}_[0-9A-Za-z]{38}\\b`;
}

/**
 * A new opaque token with 190 bits from the system's CSPRNG.
 * @param prefix 2–16 characters of `[a-z0-9]`, starting with a letter.
 * @param environment 2–8 characters of `[a-z]`, e.g. `live`.
 */
export function formatOpaqueToken(prefix: string, environment: string): string {
  const body = `${prefix}_${environment}_${randomBase62(SECRET_LENGTH)}`;
  const token = body + checksumOf(body);
  if (!SHAPE.test(token))
    throw new RangeError(`token prefix "${prefix}" or environment "${environment}" is malformed`);
  return token;
}

/**
 * Reads a token's parts, or `undefined` when its shape or its CRC-32 is wrong.
 * Costs no look-up: a mistyped or made-up token is turned away here.
 */
export function parseOpaqueToken(token: string): OpaqueToken | undefined {
  if (token.length > MAX_LENGTH) return undefined;
  const match = SHAPE.exec(token);
  if (!match) return undefined;
  const body = token.slice(0, -CHECKSUM_LENGTH);
  if (checksumOf(body) !== match[4]) return undefined;
  return { prefix: match[1]!, environment: match[2]!, last4: token.slice(-4) };
}

/**
 * SHA-256 of a token, base64url. This is what travels in a look-up, so that the secret itself never leaves the process
 * that received it; the issuer stores only an HMAC of this digest (ADR 0004).
 */
export function digestOfToken(token: string): string {
  return hash('sha256', token, 'base64url');
}

function checksumOf(body: string): string {
  let rest = crc32(body);
  let out = '';
  for (let i = 0; i < CHECKSUM_LENGTH; i++) {
    out = ALPHABET[rest % 62] + out;
    rest = Math.floor(rest / 62);
  }
  return out;
}

/** Rejection sampling: a byte of 248 or more would favour the first characters. */
function randomBase62(length: number): string {
  let out = '';
  while (out.length < length) {
    const byte = randomByte();
    if (byte < 248) out += ALPHABET[byte % 62];
  }
  return out;
}

/** What was given is not kept. */
function randomByte(): number {
  if (nextByte === randomBytes.length) {
    randomFillSync(randomBytes);
    nextByte = 0;
  }
  const byte = randomBytes[nextByte]!;
  randomBytes[nextByte++] = 0;
  return byte;
}
