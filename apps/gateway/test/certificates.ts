import { createHash, webcrypto } from 'node:crypto';
import 'reflect-metadata'; // before x509, which needs it
import * as x509 from '@peculiar/x509';

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const DAY_MS = 86_400_000;
x509.cryptoProvider.set(webcrypto);

/** A certificate with its key, as PEM. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
  /** RFC 8705 §3.1. */
  readonly thumbprint: string;
}

/** An authority that issues certificates for host names, or for clients that have none. */
export interface Authority {
  readonly pem: string;
  issue(...hosts: string[]): Promise<Certificate>;
}

export async function newAuthority(): Promise<Authority> {
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  const life = { notBefore: new Date(Date.now() - DAY_MS), notAfter: new Date(Date.now() + DAY_MS) };
  const root = await x509.X509CertificateGenerator.createSelfSigned({
    name: 'CN=Test CA',
    keys,
    ...life,
    extensions: [new x509.BasicConstraintsExtension(true, 0, true)],
  });
  return {
    pem: root.toString('pem'),
    async issue(...hosts) {
      const leaf = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
      const issued = await x509.X509CertificateGenerator.create({
        subject: `CN=${hosts[0] ?? 'client'}`,
        issuer: root.subject,
        publicKey: leaf.publicKey,
        signingKey: keys.privateKey,
        ...life,
        extensions:
          hosts.length === 0
            ? []
            : [new x509.SubjectAlternativeNameExtension(hosts.map((value) => ({ type: 'dns', value })))],
      });
      const pkcs8 = await webcrypto.subtle.exportKey('pkcs8', leaf.privateKey);
      return {
        cert: issued.toString('pem'),
        key: x509.PemConverter.encode(pkcs8, 'PRIVATE KEY'),
        thumbprint: createHash('sha256').update(Buffer.from(issued.rawData)).digest('base64url'),
      };
    },
  };
}
