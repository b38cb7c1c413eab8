import { verify } from 'node:crypto';
import { DomainError } from '@gatehouse/kernel';
import type { FastifyRequest } from 'fastify';
import { KEY_ID, SIGNATURE } from './scanner-headers.js';
import type { ScannerKeys } from './scanner-keys.js';
import { rawBodyOf } from './signed-bodies.js';

const MAX_KEY_ID = 128;
const MAX_SIGNATURE = 200;

/**
 * Checks ECDSA over the body's bytes as they arrived: P-256 and SHA-256, DER in base64.
 * @returns the identifier of the key that signed.
 * @throws DomainError `signature-invalid`; `scanner-keys-unavailable`.
 */
export async function scannerOf(request: FastifyRequest, keys: ScannerKeys): Promise<string> {
  const id = headerOf(request, KEY_ID, MAX_KEY_ID);
  const signature = Buffer.from(headerOf(request, SIGNATURE, MAX_SIGNATURE), 'base64');
  const key = await keys.keyOf(id);
  if (!key) throw signatureInvalid('It was made with a key that is not known here.');
  if (!verify('sha256', rawBodyOf(request), key, signature))
    throw signatureInvalid('It does not fit the body as it arrived.');
  return id;
}

function headerOf({ headers }: FastifyRequest, name: string, longest: number): string {
  const value = headers[name];
  if (typeof value === 'string' && value !== '' && value.length <= longest) return value;
  throw signatureInvalid(`Send one ${name} header of at most ${longest} characters.`);
}

const signatureInvalid = (why: string): DomainError =>
  new DomainError('unauthenticated', 'signature-invalid', `The signature is refused. ${why}`);
