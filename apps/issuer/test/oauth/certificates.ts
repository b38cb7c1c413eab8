import { webcrypto } from 'node:crypto';
import 'reflect-metadata';
import * as x509 from '@peculiar/x509';
import { exportJWK } from 'jose';

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const DAY_MS = 86_400_000;
x509.cryptoProvider.set(webcrypto);

/** An authority that issues client certificates. */
export async function newAuthority(name = 'CN=Test CA') {
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name,
    keys,
    notBefore: new Date(Date.now() - DAY_MS),
    notAfter: new Date(Date.now() + DAY_MS),
    extensions: [new x509.BasicConstraintsExtension(true, 0, true)],
  });
  return {
    pem: certificate.toString('pem'),
    /** @param life how far away the end of its life is; below zero: it has ended. */
    async issue(subject: string, san: { type: 'dns' | 'url'; value: string }[] = [], lifeMs = DAY_MS) {
      const leaf = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
      const issued = await x509.X509CertificateGenerator.create({
        subject,
        issuer: certificate.subject,
        publicKey: leaf.publicKey,
        signingKey: keys.privateKey,
        notBefore: new Date(Date.now() - 2 * DAY_MS),
        notAfter: new Date(Date.now() + lifeMs),
        extensions: san.length > 0 ? [new x509.SubjectAlternativeNameExtension(san)] : [],
      });
      return shown(issued, leaf);
    },
  };
}
export type Authority = Awaited<ReturnType<typeof newAuthority>>;

/** A certificate nobody vouches for. */
export async function selfSigned() {
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  const name = 'CN=Self';
  return shown(await x509.X509CertificateGenerator.createSelfSigned({ name, keys }), keys);
}

async function shown(certificate: x509.X509Certificate, keys: webcrypto.CryptoKeyPair) {
  const der = Buffer.from(certificate.rawData);
  return {
    der,
    /** As RFC 9440 writes it. */
    header: `:${der.toString('base64')}:`,
    /** As nginx writes it. */
    escapedPem: encodeURIComponent(certificate.toString('pem')),
    jwk: { ...(await exportJWK(keys.publicKey)), x5c: [der.toString('base64')] },
  };
}
export type Certificate = Awaited<ReturnType<typeof shown>>;
