import { createHash } from 'node:crypto';
import { z } from 'zod';
import { RecentMap } from '../../recent-map.js';

/**
 * In which header a trusted proxy that ends TLS hands on the client's certificate: RFC 9440, and what Traefik, nginx
 * and others use. The gateway never passes one of them upstream.
 */
export const CertificateHeader = z.enum([
  'client-cert',
  'x-forwarded-tls-client-cert',
  'ssl-client-cert',
  'x-ssl-client-cert',
  'x-client-cert',
]);
export type CertificateHeader = z.infer<typeof CertificateHeader>;

const ARMOUR = /-----(?:BEGIN|END) CERTIFICATE-----|[\s:]/g;
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;
const thumbprints = new RecentMap<string, string>(1_024);

/**
 * RFC 8705 §3.1 thumbprint of the one certificate in a header: DER in base64, bare, between colons (RFC 9440 §2.1) or
 * as PEM, percent-encoded or not.
 * @returns `undefined` where there is none, or more than one.
 */
export function forwardedThumbprint(
  rawHeaders: readonly string[],
  header: CertificateHeader,
): string | undefined {
  const values = rawHeaders.filter((_, i) => i % 2 === 1 && rawHeaders[i - 1]!.toLowerCase() === header);
  const [value, ...more] = values;
  if (value === undefined || more.length > 0) return undefined;
  const known = thumbprints.get(value);
  if (known !== undefined) return known;
  const made = thumbprintOf(value);
  if (made !== undefined) thumbprints.set(value, made);
  return made;
}

function thumbprintOf(value: string): string | undefined {
  const base64 = decoded(value).replaceAll(ARMOUR, '');
  if (!BASE64.test(base64)) return undefined;
  return createHash('sha256').update(Buffer.from(base64, 'base64')).digest('base64url');
}

function decoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}
