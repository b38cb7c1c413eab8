import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { formatOpaqueToken } from '@gatehouse/kernel';
import { eventually } from '@gatehouse/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startIssuer } from '../../test/start-issuer.js';

/** A code host's published example: its key, and a message it signed with it. */
const EXAMPLE_KEY = `-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEsz9ugWDj5jK5ELBK42ynytbo38gP
HzZFI03Exwz8Lh/tCfL3YxwMdLjB+bMznsanlhK0RwcGP3IDb34kQDIo3Q==
-----END PUBLIC KEY-----
`;
const EXAMPLE = {
  body: '[{"token":"some_token","type":"some_type","url":"some_url","source":"some_source"}]',
  signature:
    'MEUCIFLZzeK++IhS+y276SRk2Pe5LfDrfvTXu6iwKKcFGCrvAiEAhHN2kDOhy2I6eGkOFmxNkOJ+L2y8oQ9A2T9GGJo6WJY=',
};

const first = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const second = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const pem = (key: KeyObject) => key.export({ type: 'spki', format: 'pem' }).toString();

let issuer: Awaited<ReturnType<typeof startIssuer>>;
let keyHost: Server;
let published: { key_identifier: string; key: string }[] = [];
let asked = 0;
beforeAll(async () => {
  keyHost = createServer((_, response) => {
    asked++;
    if (published.length === 0) response.writeHead(500);
    response.end(JSON.stringify({ public_keys: published }));
  }).listen(0, '127.0.0.1');
  await once(keyHost, 'listening');
  issuer = await startIssuer({
    LEAK_POLICY: 'suspend,strict=revoke',
    LEAK_SCANNER_KEYS: JSON.stringify({
      public_keys: [
        { key_identifier: 'example', key: EXAMPLE_KEY, is_current: true },
        { key_identifier: 'first', key: pem(first.publicKey), is_current: true },
      ],
    }),
    LEAK_SCANNER_KEYS_URL: `http://127.0.0.1:${(keyHost.address() as AddressInfo).port}/keys`,
  });
});
afterAll(async () => {
  keyHost.close();
  await issuer.stop();
});

const issue = async () =>
  (await issuer.call('POST', '/v1/tokens', { name: 'x', scopes: ['a:b', 'c:d'] })).body;
const get = async (path: string) => (await issuer.call('GET', path)).body;
const signature = (body: string, key: KeyObject) => sign('sha256', Buffer.from(body), key).toString('base64');
const scan = (body: string, id: string, signed: string) =>
  issuer.call('POST', '/v1/leaks', body, {
    authorization: '',
    'Github-Public-Key-Identifier': id,
    'Github-Public-Key-Signature': signed,
  });
const scanned = (matches: unknown, id = 'first', key = first.privateKey) => {
  const body = JSON.stringify(matches, undefined, 1);
  return scan(body, id, signature(body, key));
};
const match = (token: string, url = 'https://code.example/1') => ({ token, type: 'gatehouse_token', url });
const refusalOf = ({ status, body }: { status: number; body: { code: string } }) => [status, body.code];
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

describe('POST /v1/leaks from a scanner', () => {
  it('understands the message a code host published as an example', async () => {
    const answer = await scan(EXAMPLE.body, 'example', EXAMPLE.signature);
    const feedback = { token_hash: sha256('some_token'), token_type: 'some_type', label: 'false_positive' };
    expect([answer.status, answer.body]).toEqual([200, [feedback]]);
  });

  it('suspends what leaked and tells the scanner which matches were real', async () => {
    const { id, token } = await issue();
    const madeUp = formatOpaqueToken('gh', 'live');
    const answer = await scanned([match(token), match(madeUp), match('gh_live_mistyped')]);
    expect(answer.body).toEqual([
      { token_hash: sha256(token), token_type: 'gatehouse_token', label: 'true_positive' },
      { token_hash: sha256(madeUp), token_type: 'gatehouse_token', label: 'false_positive' },
      { token_hash: sha256('gh_live_mistyped'), token_type: 'gatehouse_token', label: 'false_positive' },
    ]);
    const [, reported, suspended] = (await get(`/v1/tokens/${id}/events`)).items;
    expect(reported).toMatchObject({
      type: 'token.leak-reported.v1',
      actor: 'scanner:first',
      data: { url: 'https://code.example/1', action: 'suspended' },
    });
    expect(suspended).toMatchObject({
      type: 'token.suspended.v1',
      data: { reason: `leak reported: ${reported.data.leakId}` },
    });
  });

  it('does a message that comes again only once, and a hundred at once too', async () => {
    const { id, token } = await issue();
    await Promise.all(Array.from({ length: 10 }, () => scanned(Array(10).fill(match(token)))));
    expect((await get(`/v1/tokens/${id}/events`)).items).toHaveLength(3);
  });

  it('does what the tenant’s own policy says', async () => {
    const { id, token } = await issue();
    await issuer.dataSource.query(`update token_summary set tenant = 'strict' where id = $1`, [id]);
    await issuer.dataSource.query(`update events set tenant = 'strict' where stream_id = $1`, [id]);
    await scanned([match(token)]);
    const events = await issuer.dataSource.query(
      'select type from events where stream_id = $1 order by version',
      [id],
    );
    expect(events.at(-1)).toEqual({ type: 'token.revoked.v1' });
  });

  it('keeps no token’s text, also where the address holds it', async () => {
    const { id, token } = await issue();
    await scanned([match(token, `https://paste.example/?q=${token}&x=1`)]);
    const [, reported] = (await get(`/v1/tokens/${id}/events`)).items;
    expect(reported.data.url).toBe('https://paste.example/?q=[token]&x=1');
  });

  it('refuses a signature that is not over these bytes, and a key nobody knows', async () => {
    const body = JSON.stringify([match('x')]);
    const good = signature(body, first.privateKey);
    published = [{ key_identifier: 'other', key: pem(second.publicKey) }];
    const answers = [
      await scan(`${body} `, 'first', good),
      await scan(body, 'first', signature(body, second.privateKey)),
      await scan(body, 'first', 'not base64 at all'),
      await scan(body, 'nobody', good),
      await scan(body, '', good),
      await scan(body, 'first', ''),
    ];
    for (const answer of answers) expect(refusalOf(answer)).toEqual([401, 'signature-invalid']);
  });

  it('refuses what is no list of matches', async () => {
    expect(refusalOf(await scanned({}))).toEqual([400, 'body-invalid']);
    expect(refusalOf(await scanned([{ type: 'x' }]))).toEqual([400, 'body-invalid']);
  });
});

describe('a scanner’s rotated keys', () => {
  it('are asked for where they are published, and not for every message', async () => {
    const own = await startIssuer({
      LEAK_SCANNER_KEYS_URL: `http://127.0.0.1:${(keyHost.address() as AddressInfo).port}/keys`,
    });
    const send = (id: string) => {
      const body = JSON.stringify([match('x')]);
      return own.call('POST', '/v1/leaks', body, {
        'Github-Public-Key-Identifier': id,
        'Github-Public-Key-Signature': signature(body, second.privateKey),
      });
    };
    published = [];
    expect(refusalOf(await send('new'))).toEqual([503, 'scanner-keys-unavailable']);
    published = [{ key_identifier: 'new', key: pem(second.publicKey) }];
    await eventually(async () => expect((await send('new')).status).toBe(200), { everyMs: 200 });
    const before = asked;
    expect((await send('new')).status).toBe(200);
    expect(refusalOf(await send('unknown'))).toEqual([401, 'signature-invalid']);
    expect(asked).toBe(before);
    await own.stop();
  });
});
