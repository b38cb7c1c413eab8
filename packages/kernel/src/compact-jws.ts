const ALPHABET = /^[A-Za-z0-9_-]+$/;

/**
 * Whether a text is a signed token in compact form (RFC 7515 §3.1), written in the one way an encoder writes it. Lenient
 * decoders give one token many spellings, and whatever goes by the token's text then sees many tokens.
 */
export function isCompactJws(token: string): boolean {
  const segments = token.split('.');
  return segments.length === 3 && segments.every(isCanonical);
}

/** RFC 4648 §3.5: the unused bits of the last character must be zero. */
const isCanonical = (segment: string): boolean =>
  ALPHABET.test(segment) && Buffer.from(segment, 'base64url').toString('base64url') === segment;
