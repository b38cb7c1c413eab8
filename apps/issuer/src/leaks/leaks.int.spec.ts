import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { formatOpaqueToken } from '@gatehouse/kernel';
import { eventually } from '@gatehouse/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { requestBatches } from '../../test/request-batches.js';
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
const report = (body: unknown, headers = {}) => issuer.call('POST', '/v1/leaks', body, headers);
const match = (token: string, url = 'https://code.example/1') => ({ token, type: 'gatehouse_token', url });
const refusalOf = ({ status, body }: { status: number; body: { code: string } }) => [status, body.code];
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

const setPolicy = (leaks: unknown) => issuer.call('PATCH', '/v1/tenants/default', { policy: { leaks } });
const statusAfter = async (source: string) => {
  const { id, token } = await issue();
  expect((await report({ token, source })).body.label).toBe('true_positive');
  return (await get(`/v1/tokens/${id}`)).status;
};

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

describe('POST /v1/leaks with a token of one’s own', () => {
  it('suspends a token of the caller’s tenant and names the leak', async () => {
    const { id, token } = await issue();
    const { body } = await report({ token, source: 'chat' });
    expect(body).toEqual({ label: 'true_positive', leakId: expect.stringMatching(/^leak_/) });
    expect((await get(`/v1/tokens/${id}`)).status).toBe('suspended');
  });

  it('does what the tenant’s policy says of the source, else of all, else what the operator’s says', async () => {
    await setPolicy({ usual: 'revoke', bySource: { chat: 'report' } });
    expect([await statusAfter('chat'), await statusAfter('log')]).toEqual(['active', 'revoked']);
    await setPolicy({ bySource: { chat: 'revoke' } });
    expect([await statusAfter('chat'), await statusAfter('log')]).toEqual(['revoked', 'suspended']);
    expect((await setPolicy({ usual: 'ignore' })).body.code).toBe('body-invalid');
    const many = Object.fromEntries(Array.from({ length: 51 }, (_, i) => [`s${i}`, 'report']));
    expect((await setPolicy({ bySource: many })).body.code).toBe('body-invalid');
    await setPolicy({});
  });

  it('answers another tenant’s token as it answers one nobody knows', async () => {
    const { id, token } = await issue();
    await issuer.dataSource.query(`update token_summary set tenant = 'other' where id = $1`, [id]);
    const [foreign, unknown] = [
      await report({ token }),
      await report({ token: formatOpaqueToken('gh', 'live') }),
    ];
    expect(foreign.body).toEqual({ label: 'false_positive' });
    expect([foreign.status, foreign.body]).toEqual([unknown.status, unknown.body]);
    const events = await issuer.dataSource.query('select from events where stream_id = $1', [id]);
    expect(events).toHaveLength(1);
  });

  it('needs a token with leaks:report, and a body', async () => {
    expect(refusalOf(await report({ token: 'x' }, { authorization: '' }))).toEqual([401, 'token-missing']);
    const reader = { authorization: `Bearer ${issuer.readerToken}` };
    expect(refusalOf(await report({ token: 'x' }, reader))).toEqual([403, 'scope-insufficient']);
    expect(refusalOf(await report({}))).toEqual([400, 'body-invalid']);
  });

  it('takes sixty a minute from one caller', async () => {
    const { token } = (await issuer.call('POST', '/v1/tokens', { name: 'r', scopes: ['leaks:report'] })).body;
    const mine = { authorization: `Bearer ${token}` };
    for (let i = 0; i < 60; i++) expect((await report({ token: 'x' }, mine)).status).toBe(200);
    expect(refusalOf(await report({ token: 'x' }, mine))).toEqual([429, 'rate-limited']);
  });
});

describe('GET /v1/leaks/{id}', () => {
  it('tells what the token may do, did, and from where', async () => {
    const gateway = await requestBatches(issuer.server.url);
    const { id, token, secrets } = await issue();
    const at = new Date(Date.now() - 60_000).toISOString();
    await gateway.log({ tokenId: id, secretId: secrets[0].id, scopes: ['a:b'], at, country: 'NL' });
    await eventually(async () => expect((await get(`/v1/tokens/${id}`)).lastUsed).not.toBeNull());
    await gateway.close();
    const { leakId } = (
      await issuer.call('POST', '/v1/leaks', { token, url: 'https://chat.example/7', source: 'chat' })
    ).body;
    const used = { firstUsedAt: at, lastUsedAt: at };
    expect(await get(`/v1/leaks/${leakId}`)).toMatchObject({
      id: leakId,
      tokenId: id,
      secretId: secrets[0].id,
      source: 'chat',
      url: 'https://chat.example/7',
      action: 'suspended',
      token: { status: 'suspended', scopes: ['a:b', 'c:d'] },
      lastUses: [{ secretId: secrets[0].id, at, ip: '192.0.2.1', country: 'NL' }],
      scopesUsed: [{ value: 'a:b', ...used }],
      countries: [{ value: 'NL', ...used }],
      links: { events: `/v1/tokens/${id}/events`, usage: expect.stringContaining(`/v1/usage?token=${id}`) },
    });
    await issuer.dataSource.query(`update events set tenant = 'other' where stream_id = $1`, [id]);
    expect(refusalOf(await issuer.call('GET', `/v1/leaks/${leakId}`))).toEqual([404, 'not-found']);
  });
});

describe('GET /v1/leaks/pattern', () => {
  it('is public, and matches every token', async () => {
    const answer = await fetch(`${issuer.url}/v1/leaks/pattern`);
    const { pattern } = (await answer.json()) as { pattern: string };
    const { token } = await issue();
    expect(`TOKEN="${token}"`).toMatch(new RegExp(pattern));
  });
});
