import { once } from 'node:events';
import { type ClientHttp2Session, connect, constants, type OutgoingHttpHeaders } from 'node:http2';
import { text } from 'node:stream/consumers';
import { connect as connectTls } from 'node:tls';
import type { Problem } from '@gatehouse/contracts';
import { eventually } from '@gatehouse/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { call } from './call.js';
import { DEMO_ROUTES } from './running-gateway.js';
import { secureCall } from './secure-call.js';
import { HOST, type SecureStage, setSecureStage } from './secure-stage.js';

/** Routes that read JSON whole before the upstream sees it. */
const BOUNDED = ['block', 'detect']
  .map(
    (mode) =>
      `  - { id: ${mode}, path: /${mode}/*, stripPrefix: /${mode}, upstream: '\${UPSTREAM_URL}', scopes: { '*': [] }, payload: { mode: ${mode}, json: { maxDepth: 2, maxBytes: 100000 } } }\n`,
  )
  .join('');

describe('HTTP/2 from clients', () => {
  let stage: SecureStage;
  let client: ClientHttp2Session;
  let authorization: string;

  const connected = () => {
    const session = connect(`https://${HOST}:${stage.port}`, { ca: stage.ca, lookup: toLoopback });
    session.on('error', () => {});
    return session;
  };
  const ask = async (fields: OutgoingHttpHeaders, body?: Buffer, session = client) => {
    const stream = session.request({ authorization, ...fields }, { endStream: body === undefined });
    const head = new Promise<Record<string, string>>((resolve, reject) => {
      stream.once('response', (answer) => resolve(Object.fromEntries(Object.entries(answer).map(pairOf))));
      stream.once('error', reject).once('close', () => reject(new Error(`reset: ${stream.rstCode}`)));
    });
    if (body) stream.end(body);
    const headers = await head;
    const answer = await text(stream);
    const isProblem = headers['content-type']?.startsWith('application/problem+json');
    const code = isProblem ? (JSON.parse(answer) as Problem).code : '';
    return { status: Number(headers[':status']), code, headers, body: answer };
  };
  const post = (path: string, body: string) =>
    ask({ ':method': 'POST', ':path': path, 'content-type': 'application/json' }, Buffer.from(body));

  beforeAll(async () => {
    stage = await setSecureStage(DEMO_ROUTES + BOUNDED);
    authorization = `Bearer ${stage.issuer.issue({ scopes: ['demo:read', 'demo:write'] }).token}`;
  });
  afterAll(() => stage.stop());
  beforeEach(() => {
    client = connected();
  });
  afterEach(() => client.destroy());

  it('carries many requests at once on one connection, beside HTTP/1.1 on the same port', async () => {
    const answers = await Promise.all(
      Array.from({ length: 200 }, (_, i) => ask({ ':path': `/demo/bytes?size=${i * 1000}` })),
    );
    expect(answers.map(({ status, body }) => [status, body.length])).toEqual(
      answers.map((_, i) => [200, i * 1000]),
    );
    const old = await secureCall(stage.port, HOST, {
      ca: stage.ca,
      path: '/demo/x',
      headers: { authorization },
    });
    expect(old.status).toBe(200);
  });

  it('hands upstream what HTTP/1.1 would have: one Host, one Cookie, nothing of HTTP/2’s own', async () => {
    const { body } = await ask({ ':path': '/demo/x', cookie: ['a=1', 'b=2'], 'x-mine': 'kept' });
    const { headers } = JSON.parse(body) as { headers: string[] };
    expect(headers).toEqual(expect.arrayContaining(['cookie', 'a=1; b=2', 'x-mine', 'kept']));
    expect(headers).toEqual(expect.arrayContaining(['x-forwarded-host', `${HOST}:${stage.port}`]));
    expect(headers.filter((field) => field.toLowerCase() === 'host')).toHaveLength(1);
    expect(headers.some((field) => field.startsWith(':'))).toBe(false);
  });

  it('keeps several values of an answer’s header apart', async () => {
    const stream = client.request({ authorization, ':path': '/demo/cookies' });
    const head = await new Promise<NodeJS.Dict<unknown>>((resolve) => stream.once('response', resolve));
    expect(head['set-cookie']).toEqual(['a=1', 'b=2']);
    stream.close();
  });

  it('takes bodies of any length, announced or not', async () => {
    for (const announced of [true, false]) {
      const body = Buffer.alloc(3_000_000, 'x');
      const fields = { ':method': 'POST', ':path': '/demo/count' };
      const length = announced ? { 'content-length': body.length } : {};
      expect((await ask({ ...fields, ...length }, body)).body).toBe('3000000');
    }
  });

  it('reads a body whole where a route asks for it, and hands it on whole, also one that is too long to read', async () => {
    const long = `["${'x'.repeat(500_000)}"]`;
    expect((await post('/block/count', '[[1]]')).body).toBe('5');
    expect((await post('/block/count', '[[[1]]]')).code).toBe('payload-refused');
    expect((await post('/block/count', long)).code).toBe('body-too-large');
    expect((await post('/detect/count', '[[[1]]]')).body).toBe('7');
    expect((await post('/detect/count', long)).body).toBe(`${long.length}`);
  });

  it('refuses a host that is not the authority, and every request that no route takes', async () => {
    expect(await ask({ ':path': '/demo/x', ':authority': HOST, host: 'other.example' })).toMatchObject({
      status: 400,
      code: 'request-malformed',
    });
    expect(await ask({ ':path': '/nowhere' })).toMatchObject({ status: 404, code: 'route-not-found' });
    expect(await ask({ ':path': '/demo/%2e%2e/x' })).toMatchObject({ status: 400 });
    expect(await ask({ ':path': '/demo/x', authorization: '' })).toMatchObject({ code: 'token-missing' });
  });

  it('refuses a body it does not want without reading it, and goes on with the connection', async () => {
    const refused = await ask(
      { ':method': 'POST', ':path': '/demo/x', authorization: '' },
      Buffer.alloc(5_000_000),
    );
    expect(refused.code).toBe('token-missing');
    expect((await ask({ ':path': '/demo/x' })).status).toBe(200);
  });

  it('says behind a refusal that the rest of the body is not wanted (RFC 9113 §8.1)', async () => {
    const stream = client.request({ ':method': 'POST', ':path': '/demo/x' });
    stream.write(Buffer.alloc(5_000_000)); // and never ends it
    expect(String(await once(stream, 'data'))).toContain('token-missing');
    await eventually(() => expect(stream.closed).toBe(true));
    expect(stream.rstCode).toBe(constants.NGHTTP2_NO_ERROR);
  });

  it('hands on server-sent events as they come', async () => {
    const stream = client.request({ authorization, ':path': '/demo/events' });
    for (const expected of ['data: 1\n\n', 'data: 2\n\n']) {
      const event = await new Promise((resolve) => stream.once('data', resolve));
      expect(String(event)).toBe(expected); // while the answer goes on
      await call(`${stage.upstream.url}/next-event`);
    }
    stream.close();
  });

  it('resets what the upstream broke off: half an answer is not a whole one', async () => {
    await expect(ask({ ':path': '/demo/half' })).rejects.toThrow();
    expect((await ask({ ':path': '/demo/x' })).status).toBe(200);
  });

  it('breaks off the call to the upstream when the client cancels', async () => {
    const before = stage.upstream.aborted;
    const stream = client.request({ authorization, ':path': '/demo/stall' });
    await new Promise((resolve) => stream.once('data', resolve));
    stream.close(constants.NGHTTP2_CANCEL);
    await eventually(() => expect(stage.upstream.aborted).toBe(before + 1));
  });

  it('takes no head larger than its bound', async () => {
    const large = await ask({ ':path': '/demo/x', 'x-large': 'x'.repeat(20_000) });
    expect(large).toMatchObject({ status: 400, code: 'request-malformed' });
  });

  it.each([
    ['opens and resets streams in a flood', (session: ClientHttp2Session) => reset(session)],
    ['sends PING after PING', (session: ClientHttp2Session) => ping(session)],
    ['sends SETTINGS after SETTINGS', (session: ClientHttp2Session) => settings(session)],
  ])('ends the connection of a client that %s, and no other’s', async (_, flood) => {
    const attacker = connected();
    await new Promise((resolve) => attacker.once('connect', resolve));
    const closed = new Promise((resolve) => attacker.once('close', resolve));
    const timer = setInterval(() => {
      if (!attacker.destroyed && !attacker.closed) flood(attacker);
    }, 20);
    await closed;
    clearInterval(timer);
    expect((await ask({ ':path': '/demo/x' })).status).toBe(200);
  });

  it('hangs up on who speaks HTTP/2 without saying so', async () => {
    const socket = connectTls({ port: stage.port, ca: stage.ca, servername: HOST });
    socket.write('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
    expect(await text(socket)).not.toContain('HTTP/1.1 200');
  });

  it('says GOAWAY on SIGTERM, finishes what is under way and takes nothing new', async () => {
    const stream = client.request({ authorization, ':path': '/demo/bytes?size=30000000' });
    await new Promise((resolve) => stream.once('response', resolve));
    const goaway = new Promise((resolve) => client.once('goaway', resolve));
    const stopped = stage.gateway.kill('SIGTERM');
    expect(await goaway).toBe(constants.NGHTTP2_NO_ERROR);
    let bytes = 0;
    for await (const chunk of stream) bytes += (chunk as Buffer).length;
    expect(bytes).toBe(30_000_000);
    expect((await stopped).code).toBe(0);
    await expect(ask({ ':path': '/demo/x' }, undefined, connected())).rejects.toThrow();
  });
});

const toLoopback = (
  _: string,
  options: { all?: boolean },
  done: (error: null, address: string | { address: string; family: number }[], family?: number) => void,
): void => (options.all ? done(null, [{ address: '127.0.0.1', family: 4 }]) : done(null, '127.0.0.1', 4));

const pairOf = ([name, value]: [string, unknown]): [string, string] => [name, String(value)];

function reset(session: ClientHttp2Session): void {
  for (let i = 0; i < 100; i++) {
    const stream = session.request({ ':path': '/demo/x' });
    stream.on('error', () => {});
    stream.close(constants.NGHTTP2_CANCEL);
  }
}

function ping(session: ClientHttp2Session): void {
  for (let i = 0; i < 10; i++) session.ping(() => {});
}

function settings(session: ClientHttp2Session): void {
  for (let i = 0; i < 9; i++) session.settings({ initialWindowSize: 65_535 + i });
}
