import { X509Certificate } from 'node:crypto';
import { beforeAll, describe, expect, it } from '@jest/globals';
import {
  type Authority,
  type Certificate,
  newAuthority,
  selfSigned,
} from '../../../test/oauth/certificates.js';
import { ClientCertificates } from './client-certificates.js';

const HEADER = 'client-cert';
const PROXY = '10.1.2.3';

const request = (header: string, remoteAddress = PROXY) => ({
  headers: { [HEADER]: header },
  socket: { remoteAddress },
});

describe('ClientCertificates', () => {
  let authority: Authority;
  let leaf: Certificate;
  let certificates: ClientCertificates;

  beforeAll(async () => {
    authority = await newAuthority();
    leaf = await authority.issue('CN=batch,O=Example', [
      { type: 'dns', value: 'batch.example' },
      { type: 'url', value: 'spiffe://example/batch' },
    ]);
    certificates = new ClientCertificates({
      CLIENT_CERTIFICATE_HEADER: HEADER,
      TRUSTED_PROXIES: ['10.0.0.0/8', 'fd00::/8'],
      CLIENT_CA: [new X509Certificate(authority.pem)],
    });
  });

  it('reads what a trusted proxy says, in the words of RFC 9440 or of nginx', () => {
    expect(certificates.of(request(leaf.header))?.raw).toEqual(leaf.der);
    expect(certificates.of(request(leaf.escapedPem))?.raw).toEqual(leaf.der);
    expect(certificates.of(request(leaf.header, '::ffff:10.1.2.3'))?.raw).toEqual(leaf.der);
  });

  it.each(['11.0.0.1', '127.0.0.1', '::1', '', 'unix'])('believes nobody else: %j', (address) => {
    expect(certificates.of(request(leaf.header, address))).toBeUndefined();
  });

  it('believes nobody when no proxy is named, whoever asks', () => {
    const unset = new ClientCertificates({
      CLIENT_CERTIFICATE_HEADER: HEADER,
      TRUSTED_PROXIES: [],
      CLIENT_CA: [],
    });
    expect([unset.areSeen, unset.areVouchedFor, unset.of(request(leaf.header))]).toEqual([
      false,
      false,
      undefined,
    ]);
  });

  it.each(['', '::', ':AAAA:', 'x', '%', '-----BEGIN CERTIFICATE-----'])(
    'reads no certificate out of %j',
    (header) => {
      expect(certificates.of(request(header))).toBeUndefined();
    },
  );

  it('knows no certificate whose time is over', async () => {
    const old = await authority.issue('CN=old', [], -1_000);
    expect(certificates.of(request(old.header))).toBeUndefined();
  });

  it('is vouched for by an authority that signed it, not by one of the same name, and not by itself', async () => {
    const impostor = await newAuthority();
    expect(certificates.isVouchedFor(request(leaf.header))).toBe(true);
    expect(certificates.isVouchedFor(request((await impostor.issue('CN=batch')).header))).toBe(false);
    expect(certificates.isVouchedFor(request((await selfSigned()).header))).toBe(false);
    expect(certificates.isVouchedFor(request(leaf.header, '11.0.0.1'))).toBe(false);
  });

  const bears = (...name: [Parameters<ClientCertificates['bears']>[1], string]) =>
    certificates.bears(request(leaf.header), ...name);

  it('bears the names it was issued for, whole', () => {
    expect(bears('tls_client_auth_san_dns', 'batch.example')).toBe(true);
    expect(bears('tls_client_auth_san_uri', 'spiffe://example/batch')).toBe(true);
    expect(bears('tls_client_auth_subject_dn', 'O=Example,CN=batch')).toBe(true);
    expect(bears('tls_client_auth_san_dns', 'batch.exampl')).toBe(false);
    expect(bears('tls_client_auth_san_dns', 'example')).toBe(false);
    expect(bears('tls_client_auth_san_uri', 'batch.example')).toBe(false);
    expect(bears('tls_client_auth_subject_dn', 'CN=batch')).toBe(false);
  });

  it('cannot be talked into a second name inside the first', async () => {
    const sly = await authority.issue('CN=sly', [{ type: 'url', value: 'x, DNS:batch.example' }]);
    expect(certificates.bears(request(sly.header), 'tls_client_auth_san_dns', 'batch.example')).toBe(false);
  });
});
