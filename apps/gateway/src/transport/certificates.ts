import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { createSecureContext, type SecureContext, type SecureContextOptions } from 'node:tls';
import type { TlsSpec } from './listener-spec.js';

/** Forward secret and authenticated, nothing else: Mozilla's "intermediate" list, and what RFC 9113 §9.2.2 asks. */
const CIPHERS = [
  'TLS_AES_128_GCM_SHA256',
  'TLS_AES_256_GCM_SHA384',
  'TLS_CHACHA20_POLY1305_SHA256',
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES128-GCM-SHA256',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-GCM-SHA384',
  'ECDHE-ECDSA-CHACHA20-POLY1305',
  'ECDHE-RSA-CHACHA20-POLY1305',
].join(':');

/** A certificate as it is shown to clients. */
interface ShownCertificate {
  readonly file: string;
  readonly options: SecureContextOptions;
  readonly context: SecureContext;
  /** Lower-case DNS names; the first label may be "*". */
  readonly names: readonly string[];
  readonly expiresAt: Date;
}

/** The certificates of one listener: replaced whole, never changed. */
export class Certificates {
  private readonly byName = new Map<string, SecureContext>();

  private constructor(readonly all: readonly ShownCertificate[]) {
    for (const { names, context } of all)
      for (const name of names) if (!this.byName.has(name)) this.byName.set(name, context);
  }

  /**
   * @param folder what relative paths are relative to.
   * @throws Error that names the file: it cannot be read, is no PEM, or certificate and key do not belong together.
   */
  static async load(spec: TlsSpec, folder: string): Promise<Certificates> {
    const ca = spec.clientCa === undefined ? undefined : await read(resolve(folder, spec.clientCa));
    const loaded = spec.certificates.map(async ({ certificate, key }) => {
      const file = resolve(folder, certificate);
      const [cert, privateKey] = await Promise.all([read(file), read(resolve(folder, key))]);
      return shown(file, {
        cert,
        key: privateKey,
        minVersion: spec.minVersion,
        ciphers: CIPHERS,
        ...(ca && { ca }),
      });
    });
    return new Certificates(await Promise.all(loaded));
  }

  /** What a client gets that names no host, or one that is none of ours. */
  get fallback(): ShownCertificate {
    return this.all[0]!;
  }

  /** Whether these files held the very same when the others were read. */
  isSameAs(others: Certificates): boolean {
    const texts = ({ all }: Certificates) => JSON.stringify(all.map(({ options }) => options));
    return texts(this) === texts(others);
  }

  /** By the name a client asks for (RFC 6066 §3): its own certificate before a wildcard (RFC 9525 §6.3). */
  contextFor(name: string): SecureContext {
    const host = name.toLowerCase();
    const wildcard = `*${host.slice(host.indexOf('.'))}`;
    return this.byName.get(host) ?? this.byName.get(wildcard) ?? this.fallback.context;
  }
}

function shown(file: string, options: SecureContextOptions): ShownCertificate {
  try {
    const context = createSecureContext(options); // refuses a key that is not the certificate's
    const { subjectAltName, validTo } = new X509Certificate(String(options.cert));
    return { file, options, context, names: dnsNames(subjectAltName), expiresAt: new Date(validTo) };
  } catch (error) {
    throw new Error(`${file}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

const dnsNames = (subjectAltName: string | undefined): string[] =>
  [...(subjectAltName ?? '').matchAll(/DNS:([^,\s"]+)/g)].map(([, name]) => name!.toLowerCase());

async function read(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new Error(`${file} cannot be read (${(error as NodeJS.ErrnoException).code})`, { cause: error });
  }
}
