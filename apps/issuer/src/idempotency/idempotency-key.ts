import { idempotencyKeyInvalid } from './idempotency.errors.js';

/** A Structured Fields string (RFC 8941 §3.3.3), as the draft asks for, or the bare value most clients send. */
const QUOTED = /^"([\x21\x23-\x5b\x5d-\x7e]{1,255})"$/;
const BARE = /^([\x21\x23-\x5b\x5d-\x7e]{1,255})$/;

/**
 * Reads the Idempotency-Key header (draft-ietf-httpapi-idempotency-key-header §2.1).
 * @throws DomainError `idempotency-key-invalid`.
 */
export function idempotencyKeyOf(header: string | string[]): string {
  const key = typeof header === 'string' && (QUOTED.exec(header) ?? BARE.exec(header))?.[1];
  if (!key) throw idempotencyKeyInvalid();
  return key;
}
