import { isCompactJws } from '@gatehouse/kernel';

const MAX_LENGTH = 8_192;

/** What a JWS says before anybody has verified it: good for choosing the key and for nothing else. */
export interface UnverifiedJws {
  readonly header: Readonly<Record<string, unknown>>;
  readonly payload: Readonly<Record<string, unknown>>;
}

/** Whether a token is meant to be a JWS in compact form (RFC 7515 §3.1). */
export const looksLikeJwt = (token: string): boolean => token.startsWith('eyJ') && token.includes('.');

/**
 * Takes a JWT or another JWS of a JSON object apart, or `undefined` when it is not written in exactly one way: a
 * lenient decoder gives one token many spellings, and deny-lists, limits and caches then see many tokens. A `crit` header is refused: we know no extension.
 */
export function readJws(token: string): UnverifiedJws | undefined {
  if (token.length > MAX_LENGTH || !isCompactJws(token)) return undefined;
  const [header, payload] = token.split('.', 2).map(jsonOf);
  return header && payload && !('crit' in header) ? { header, payload } : undefined;
}

function jsonOf(segment: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(segment, 'base64url').toString('utf8'));
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
