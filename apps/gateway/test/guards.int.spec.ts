import { DecisionAnswer } from '@gatehouse/contracts';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { call } from './call.js';
import { Ingestion } from './ingestion.js';
import { ADMIN_TOKEN } from './issuer-stand-in.js';
import { rawRequest } from './raw-request.js';
import { type Stage, setStage } from './stage.js';
import { until } from './until.js';

const ROUTES = `
routes:
  - { id: plain, path: /plain/*, stripPrefix: /plain, upstream: '\${UPSTREAM_URL}', scopes: { '*': [] } }
  - { id: strict, path: /strict/*, stripPrefix: /strict, upstream: '\${UPSTREAM_URL}', scopes: { '*': [] },
      bots: { emptyUserAgent: refuse, deny: [BadBot], allow: [nikto-of-ours] }, payload: { traversal: any, json: { maxDepth: 3, maxBytes: 1000 } } }
  - { id: watch, path: /watch/*, stripPrefix: /watch, upstream: '\${UPSTREAM_URL}', scopes: { '*': [] },
      bots: { mode: detect }, payload: { mode: detect, json: { maxDepth: 3, maxBytes: 1000 } } }
  - { id: open, path: /open/*, upstream: '\${UPSTREAM_URL}', scopes: { '*': [] }, bots: { mode: 'off' }, payload: { mode: 'off' } }
`;
const SCANNER = { 'user-agent': 'sqlmap/1.8.2#stable (https://sqlmap.org)' };
const DEEP = '{"a":{"b":{"c":{"d":1}}}}';
const json = (body: string, type = 'application/json') => ({
  method: 'POST',
  headers: { 'content-type': type },
  body,
});
/** Its length is not announced. */
const inPieces = (body: string): RequestInit => ({
  ...json(''),
  body: new Blob([body]).stream(),
  duplex: 'half',
});

describe('requests that are written as attacks are', () => {
  let stage: Stage;
  let token: string;
  let tokenId: string;
  const at = (path: string, init: RequestInit = {}) => call(`${stage.gateway.url}${path}`, token, init);
  const withHeader = (path: string, line = '') =>
    rawRequest(
      stage.gateway.port,
      `GET ${path} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${token}\r\n${line}Connection: close\r\n\r\n`,
    );
  const received = async (attempt: () => Promise<unknown>) => {
    const before = stage.upstream.received;
    await attempt();
    return stage.upstream.received - before;
  };

  beforeAll(async () => {
    stage = await setStage({ routes: ROUTES });
    ({ token, id: tokenId } = stage.issuer.issue());
    await until(async () => (await at('/plain/x')).status === 200);
  });
  afterAll(() => stage.stop());

  it.each<[string, string, string, RequestInit]>([
    ['bot-refused', 'a known scanner', '/plain/x', { headers: SCANNER }],
    ['bot-refused', 'a program on the list', '/strict/x', { headers: { 'user-agent': 'x badbot/1' } }],
    ['payload-refused', 'a climb in disguise', '/plain/..%252f..%252fetc/passwd', {}],
    ['payload-refused', 'a NUL in the query', '/plain/x?file=a%00.png', {}],
    ['payload-refused', 'a line end in the path', '/plain/x%0d%0aset-cookie:a', {}],
    ['payload-refused', 'any climb, where asked for', '/strict/x?file=../x', {}],
    ['payload-refused', 'JSON that is too deep', '/strict/x', json(DEEP)],
    ['payload-refused', 'a key given twice', '/strict/x', json('{"a":1,"a":2}', 'application/x+json')],
    ['json-invalid', 'JSON that is none', '/strict/x', json("{'a':1}")],
    [
      'json-invalid',
      'JSON that is no UTF-8',
      '/strict/x',
      { ...json(''), body: new Uint8Array([34, 255, 34]) },
    ],
    ['body-too-large', 'JSON that is too long', '/strict/x', json(`"${'x'.repeat(1000)}"`)],
    [
      'media-type-unsupported',
      'JSON that is compressed',
      '/strict/x',
      { ...json('{}'), headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' } },
    ],
  ])('answers %s to %s, and the upstream sees nothing of it', async (code, _, path, init) => {
    expect(await received(async () => expect(await at(path, init)).toMatchObject({ code }))).toBe(0);
  });

  it('asks for a name where a route does', async () => {
    expect(await withHeader('/strict/x')).toContain('bot-refused');
    expect(await withHeader('/plain/x')).toContain('200 OK');
  });

  it('takes no control character in a header, on any route', async () => {
    for (const value of ['a\0b', 'a\x1bb', 'a\x7fb'])
      expect(await withHeader('/open/x', `X-Note: ${value}\r\n`)).toContain('request-malformed');
  });

  it('lets pass what keeps the rules, body and all', async () => {
    const body = JSON.stringify({ note: 'ä'.repeat(100), list: [1, { a: 1 }] });
    expect((await at('/strict/count', json(body))).body).toBe(`${Buffer.byteLength(body)}`);
    const streamed = inPieces(body);
    expect((await at('/strict/count', streamed)).body).toBe(`${Buffer.byteLength(body)}`);
    expect((await at('/strict/count', { method: 'POST', body: 'x'.repeat(5_000) })).body).toBe('5000');
    expect((await at('/strict/x', { headers: { 'user-agent': 'nikto-of-ours' } })).status).toBe(200);
    expect((await at('/open/%252e%252e/x?a=%00', { headers: SCANNER })).status).toBe(200);
  });

  it('notes and lets pass while it only detects, a body too large to read too', async () => {
    const large = `{"a":"${'x'.repeat(200_000)}"}`;
    const streamed = inPieces(large);
    expect((await at('/watch/count', json(DEEP))).body).toBe(`${DEEP.length}`);
    expect((await at('/watch/count', json(large))).body).toBe(`${large.length}`);
    expect((await at('/watch/count', streamed)).body).toBe(`${large.length}`);
    const answer = await at('/watch/x?file=a%00.png', { headers: SCANNER });
    expect(answer.status).toBe(200);
    const decision = await call(
      `${stage.gateway.adminUrl}/v1/decisions/${answer.headers.get('x-request-id')}`,
      ADMIN_TOKEN,
    );
    expect(DecisionAnswer.parse(JSON.parse(decision.body))).toMatchObject({
      outcome: 'served',
      refusedBy: null,
      findings: ['bot-scanner', 'payload-control-character'],
      input: { tokenId },
    });
  });

  it('says in record, decision and metrics what it found', async () => {
    const ingestion = new Ingestion(stage.nats);
    const answer = await at('/strict/x', json(DEEP));
    const requestId = answer.headers.get('x-request-id') ?? '';
    const decision = await call(`${stage.gateway.adminUrl}/v1/decisions/${requestId}`, ADMIN_TOKEN);
    expect(JSON.parse(decision.body)).toMatchObject({ refusedBy: 'json', findings: ['payload-json'] });
    await until(async () => ingestion.records.some((record) => record.requestId === requestId));
    expect(ingestion.records.find((record) => record.requestId === requestId)?.findings).toEqual([
      'payload-json',
    ]);
    const metrics = await (await fetch(`${stage.gateway.adminUrl}/metrics`)).text();
    expect(metrics).toMatch(/gatehouse_gateway_findings_total\{finding="bot-scanner"\} [1-9]/);
    await ingestion.stop();
  });
});
