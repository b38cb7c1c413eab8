import { X509Certificate } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { get } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { eventually, freePort } from '@gatehouse/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { call } from './call.js';
import { type Authority, type Certificate, newAuthority } from './certificates.js';
import { ADMIN_TOKEN } from './issuer-stand-in.js';
import { issuersPart, JwtSigner } from './jwt-signer.js';
import { DEMO_ROUTES } from './running-gateway.js';
import { secureCall } from './secure-call.js';
import { type Stage, setStage } from './stage.js';

describe('a listener with TLS', () => {
  let stage: Stage;
  let authority: Authority;
  let dir: string;
  let api: Certificate;
  let ports: { tls: number; plain: number; mutual: number };
  let headers: { authorization: string };
  const signer = JwtSigner.make();

  const install = async (name: string, { cert, key }: Certificate) => {
    await writeFile(join(dir, `${name}.pem`), cert);
    await writeFile(join(dir, `${name}.key`), key);
  };
  const secure = (name: string, options: object = {}) =>
    secureCall(ports.tls, name, { ca: authority.pem, path: '/demo/x', headers, ...options });
  const metrics = async () => (await call(`${stage.gateway.adminUrl}/metrics`, ADMIN_TOKEN)).body;

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'tls-'));
    authority = await newAuthority();
    api = await authority.issue('api.example.com');
    await install('api', api);
    await install('wild', await authority.issue('*.example.com'));
    await writeFile(join(dir, 'ca.pem'), authority.pem);
    await mkdir(join(dir, 'acme'));
    await writeFile(join(dir, 'acme', 'known-token'), 'known-token.thumbprint');
    await writeFile(join(dir, 'keys.json'), JSON.stringify({ keys: [(await signer).listed] }));
    ports = { tls: await freePort(), plain: await freePort(), mutual: await freePort() };
    const pair = (name: string) => `{ certificate: ${dir}/${name}.pem, key: ${dir}/${name}.key }`;
    const listeners = `listeners:
  - { name: plain, port: ${ports.plain}, redirectToHttps: { port: ${ports.tls} }, acmeChallenge: { folder: ${dir}/acme } }
  - { name: tls, port: ${ports.tls}, tls: { certificates: [${pair('api')}, ${pair('wild')}], hsts: { includeSubDomains: true }, clientCertificates: optional, clientCa: ${dir}/ca.pem } }
  - { name: mutual, port: ${ports.mutual}, tls: { certificates: [${pair('api')}], clientCertificates: required, clientCa: ${dir}/ca.pem, minVersion: TLSv1.3 } }
`;
    const issuers = issuersPart().replace('keys.json', join(dir, 'keys.json'));
    stage = await setStage({ routes: listeners + issuers + DEMO_ROUTES });
    headers = { authorization: `Bearer ${stage.issuer.issue().token}` };
  });
  afterAll(async () => {
    await stage.stop();
    await rm(dir, { recursive: true });
  });

  it('shows each name its certificate: its own, a wildcard’s, else the first', async () => {
    const own = await secure('api.example.com');
    expect(own).toMatchObject({ status: 200, shown: fingerprint(api) });
    const other = await secure('shop.example.com');
    expect(other.status).toBe(200);
    expect(other.shown).not.toBe(own.shown);
    for (const stranger of ['a.b.example.com', 'example.com', 'other.test'])
      expect((await secure(stranger, { rejectUnauthorized: false })).shown).toBe(own.shown);
  });

  it('tells browsers to come back by https alone, on refusals too, and upstreams that they did', async () => {
    const served = await secure('api.example.com');
    expect(served.headers['strict-transport-security']).toBe('max-age=31536000; includeSubDomains');
    expect(served.body).toContain('"x-forwarded-proto","https"');
    const refused = await secure('api.example.com', { headers: {} });
    expect(refused).toMatchObject({ status: 401, code: 'token-missing' });
    expect(refused.headers['strict-transport-security']).toBe('max-age=31536000; includeSubDomains');
  });

  it.each(['TLSv1', 'TLSv1.1'] as const)('does not speak %s', async (version) => {
    const old = { minVersion: version, maxVersion: version, ciphers: 'ALL@SECLEVEL=0' };
    await expect(secure('api.example.com', old)).rejects.toThrow();
  });

  it('speaks TLS 1.2 where it may, and not where 1.3 is asked for', async () => {
    expect((await secure('api.example.com', { maxVersion: 'TLSv1.2' })).status).toBe(200);
    const client = await authority.issue();
    const mutual = (options: object) =>
      secureCall(ports.mutual, 'api.example.com', {
        ca: authority.pem,
        path: '/demo/x',
        headers,
        ...options,
      });
    await expect(mutual({ ...client, maxVersion: 'TLSv1.2' })).rejects.toThrow();
    expect((await mutual(client)).status).toBe(200);
  });

  it('sends plain HTTP to https, method and query kept, and answers certificate authorities', async () => {
    const plain = `http://127.0.0.1:${ports.plain}`;
    const init = { redirect: 'manual', method: 'POST' } as const;
    const moved = await call(`${plain}/demo/x?a=1`, undefined, init);
    expect(moved.status).toBe(308);
    expect(moved.headers.get('location')).toBe(`https://127.0.0.1:${ports.tls}/demo/x?a=1`);
    const challenge = `${plain}/.well-known/acme-challenge/`;
    expect(await call(`${challenge}known-token`)).toMatchObject({
      status: 200,
      body: 'known-token.thumbprint',
    });
    expect(await call(`${challenge}other-token`)).toMatchObject({ status: 404, code: 'route-not-found' });
    const escape = await call(`${challenge}..%2fapi.key`, undefined, init);
    expect(escape.status).toBe(308);
  });

  it('takes a token that is bound to a certificate with that certificate, and with no other', async () => {
    const [client, thief] = [await authority.issue(), await authority.issue()];
    const token = await (await signer).accessToken({ cnf: { 'x5t#S256': client.thumbprint } });
    const bound = { headers: { authorization: `Bearer ${token}` } };
    const withCertificate = ({ cert, key }: Certificate) =>
      secure('api.example.com', { ...bound, cert, key });
    expect((await withCertificate(client)).status).toBe(200);
    expect(await withCertificate(thief)).toMatchObject({ status: 401, code: 'certificate-mismatch' });
    expect(await secure('api.example.com', bound)).toMatchObject({ code: 'certificate-mismatch' });
  });

  it('lets nobody in whose certificate it does not know, nor without one where it is required', async () => {
    const stranger = await (await newAuthority()).issue();
    await expect(secure('api.example.com', stranger)).rejects.toThrow();
    for (const shown of [{}, stranger])
      await expect(
        secureCall(ports.mutual, 'api.example.com', { ca: authority.pem, headers, ...shown }),
      ).rejects.toThrow();
  });

  it('shows a renewed certificate to new connections and drops none of the old', async () => {
    const kept = connect({ port: ports.tls, ca: authority.pem, servername: 'api.example.com' });
    let received = '';
    kept.on('data', (chunk: Buffer) => {
      received += chunk.toString();
    });
    const ask = `GET /demo/x HTTP/1.1\r\nHost: api.example.com\r\nAuthorization: ${headers.authorization}\r\n\r\n`;
    kept.write(ask);
    await eventually(() => expect(received).toContain('HTTP/1.1 200'));
    const renewed = await authority.issue('api.example.com');
    await install('api', renewed);
    await eventually(async () => expect((await secure('api.example.com')).shown).toBe(fingerprint(renewed)));
    const nameless = { servername: '', rejectUnauthorized: false };
    expect((await secure('', nameless)).shown).toBe(fingerprint(renewed));
    received = '';
    kept.write(ask);
    await eventually(() => expect(received).toContain('HTTP/1.1 200'));
    kept.destroy();
  });

  it('keeps the old certificate and says so when the new files do not fit together', async () => {
    const before = (await secure('api.example.com')).shown;
    expect(await metrics()).toContain('gatehouse_gateway_certificates_refused 0');
    const [one, two] = [await authority.issue('api.example.com'), await authority.issue('api.example.com')];
    await install('api', { ...one, key: two.key });
    await eventually(async () =>
      expect(await metrics()).toContain('gatehouse_gateway_certificates_refused 2'),
    );
    await eventually(() => expect(stage.gateway.logs()).toContain('certificates refused, the old ones stay'));
    expect((await secure('api.example.com')).shown).toBe(before);
    await install('api', one);
    process.kill(stage.gateway.pid, 'SIGHUP');
    await eventually(async () =>
      expect(await metrics()).toContain('gatehouse_gateway_certificates_refused 0'),
    );
    expect((await secure('api.example.com')).shown).toBe(fingerprint(one));
    expect(await metrics()).toMatch(/certificate_expires_at_seconds\{file="[^"]+api\.pem"\} \d{10}/);
  });

  it('finishes what is under way on SIGTERM and hangs up on who only waits', async () => {
    const waiting = connect({ port: ports.tls, ca: authority.pem, servername: 'api.example.com' });
    const closed = new Promise((resolve) => waiting.on('close', resolve).on('error', resolve));
    await new Promise((resolve) => waiting.once('secureConnect', resolve));
    const slow = await new Promise<NodeJS.ReadableStream>((resolve, reject) => {
      const options = { port: ports.tls, ca: authority.pem, servername: 'api.example.com', headers };
      get({ ...options, path: '/demo/bytes?size=20000000' }, resolve).on('error', reject);
    });
    const stopped = stage.gateway.kill('SIGTERM');
    await closed;
    let bytes = 0;
    for await (const chunk of slow) bytes += (chunk as Buffer).length;
    expect(bytes).toBe(20_000_000);
    expect((await stopped).code).toBe(0);
  });
});

const fingerprint = ({ cert }: Certificate): string => new X509Certificate(cert).fingerprint256;
