import { X509Certificate } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { eventually } from '@gatehouse/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { call } from './call.js';
import { type Authority, type Certificate, newAuthority } from './certificates.js';
import { type Stage, setStage } from './stage.js';
import { type Seen, TlsTarget } from './tls-target.js';
import { until } from './until.js';

const NAME = 'api.upstream.test';

const fingerprintOf = ({ cert }: Certificate) => new X509Certificate(cert).fingerprint256;
const route = (id: string, upstream: string, tls: string) =>
  `  - { id: ${id}, path: /${id}, scopes: { '*': [] }, upstream: ${upstream}, upstreamTls: { ${tls} } }\n`;

describe('connections to upstreams', () => {
  let stage: Stage;
  let authority: Authority;
  let plain: TlsTarget;
  let mutual: TlsTarget;
  let token: string;
  const at = (route: string) => call(`${stage.gateway.url}/${route}`, token);
  const seenAt = async (route: string) => JSON.parse((await at(route)).body) as Seen;
  const put = (name: string, text: string) => writeFile(join(stage.gateway.dir, name), text);
  const putClient = async ({ cert, key }: Certificate) => {
    await put('client.pem', cert);
    await put('client.key', key);
  };

  const routes = (networks: string, more = '') => {
    const url = `'https://127.0.0.1:${plain.port}'`;
    const both = `ca: ca.pem, serverName: ${NAME}`;
    const shown = `certificate: client.pem, key: client.key`;
    return `upstreamNetworks: [${networks}]
routes:
${route('own-ca', url, both)}
${route('group', `{ targets: [{ url: ${url} }] }`, both)}
${route('no-ca', url, `serverName: ${NAME}`)}
${route('other-ca', url, `ca: other.pem, serverName: ${NAME}`)}
${route('other-name', url, 'ca: ca.pem')}
${route('mutual', `'https://127.0.0.1:${mutual.port}'`, `${both}, ${shown}`)}
${route('anonymous', `'https://127.0.0.1:${mutual.port}'`, both)}
  - { id: named, path: /named, scopes: { '*': [] }, upstream: 'http://localhost:${new URL(stage.upstream.url).port}' }
${more}`;
  };

  beforeAll(async () => {
    authority = await newAuthority();
    plain = await TlsTarget.start(await authority.issue(NAME));
    mutual = await TlsTarget.start(await authority.issue(NAME), authority.pem);
    stage = await setStage();
    token = stage.issuer.issue().token;
    await put('ca.pem', authority.pem);
    await put('other.pem', (await newAuthority()).pem);
    await putClient(await authority.issue());
    await put('gateway.yaml', routes('127.0.0.0/8'));
    await until(async () => (await stage.gateway.activeRoutes()).routes.length === 8);
  });
  afterAll(async () => {
    await stage.stop();
    await Promise.all([plain.stop(), mutual.stop()]);
  });

  it.each(['own-ca', 'group'])(
    'believe the authority that is named, and ask for the name (%s)',
    async (route) => {
      expect(await seenAt(route)).toEqual({ name: NAME });
    },
  );

  it.each([
    ['an authority nobody named', 'no-ca'],
    ['another authority', 'other-ca'],
    ['another name', 'other-name'],
  ])('are not made to a server of %s', async (_, route) => {
    expect(await at(route)).toMatchObject({ status: 502, code: 'upstream-unavailable' });
  });

  it('show the certificate of the route, and no other route shows it', async () => {
    expect((await seenAt('mutual')).client).toMatch(/^[0-9A-F:]{95}$/);
    expect(await at('anonymous')).toMatchObject({ status: 502, code: 'upstream-unavailable' });
    expect(await seenAt('own-ca')).toEqual({ name: NAME });
  });

  it('show the renewed certificate after a reload', async () => {
    const renewed = await authority.issue();
    expect((await seenAt('mutual')).client).not.toBe(fingerprintOf(renewed));
    await putClient(renewed);
    process.kill(stage.gateway.pid, 'SIGHUP');
    await eventually(async () => expect((await seenAt('mutual')).client).toBe(fingerprintOf(renewed)));
  });

  it.each<[string, string, RegExp]>([
    [
      'cannot be read',
      'ca: nowhere.pem',
      /route broken, upstreamTls\.ca: nowhere\.pem cannot be read \(ENOENT\)/,
    ],
    [
      'do not belong together',
      'certificate: ca.pem, key: client.key',
      /route broken, upstreamTls: .*key values mismatch/,
    ],
    ['are half a pair', 'certificate: client.pem', /certificate and key belong together/],
  ])('keep the old routes when files %s', async (_, tls, reason) => {
    const broken = `  - { id: broken, path: /broken, scopes: { '*': [] }, upstream: 'https://127.0.0.1:1', upstreamTls: { ${tls} } }`;
    await put('gateway.yaml', routes('127.0.0.0/8', broken));
    await eventually(async () => expect((await stage.gateway.activeRoutes()).rejected).toMatch(reason));
    expect(await seenAt('own-ca')).toEqual({ name: NAME });
  });

  it('are made to the addresses that are allowed, whatever a name resolves to', async () => {
    expect((await at('named')).status).toBe(200);
    const elsewhere = `upstreamNetworks: [10.0.0.0/8]\nroutes: [{ id: named, path: /named, scopes: { '*': [] }, upstream: 'http://localhost:${new URL(stage.upstream.url).port}' }]`;
    await put('gateway.yaml', elsewhere);
    await eventually(async () => expect((await stage.gateway.activeRoutes()).routes).toHaveLength(1));
    expect(await at('named')).toMatchObject({ status: 502, code: 'upstream-unavailable' });
  });
});
