import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { createSecureContext } from 'node:tls';
import { RoutesRejected } from '../../routes/routes-rejected.js';
import type { UpstreamTlsSpec } from './tls-spec.js';

/** What connections to an upstream are made with. */
export interface UpstreamTls {
  readonly ca: string | undefined;
  readonly cert: string | undefined;
  readonly key: string | undefined;
  readonly servername: string | undefined;
  /** Changes with the content of the files, so that a reload makes connections anew. */
  readonly fingerprint: string;
}

/**
 * Reads the files of a route; seldom, small, and on this machine.
 * @param folder what they are relative to.
 * @throws RoutesRejected when one cannot be read or used.
 */
export function readTls(spec: UpstreamTlsSpec, routeId: string, folder: string): UpstreamTls {
  const read = (field: 'ca' | 'certificate' | 'key') => {
    const file = spec[field];
    if (file === undefined) return undefined;
    try {
      return readFileSync(resolve(folder, file), 'utf8');
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      throw new RoutesRejected([`route ${routeId}, upstreamTls.${field}: ${file} cannot be read (${code})`]);
    }
  };
  const [ca, cert, key] = [read('ca'), read('certificate'), read('key')];
  try {
    createSecureContext({ ca, cert, key });
  } catch (error) {
    throw new RoutesRejected([`route ${routeId}, upstreamTls: ${(error as Error).message}`]);
  }
  const fingerprint = createHash('sha256')
    .update(JSON.stringify([ca, cert, key, spec.serverName]))
    .digest('base64url');
  return { ca, cert, key, servername: spec.serverName, fingerprint };
}
