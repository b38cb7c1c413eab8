import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { connect as connectTls } from 'node:tls';
import { eventually, freePort } from '@gatehouse/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { rawRequest } from './raw-request.js';
import { HOST, type SecureStage, setSecureStage } from './secure-stage.js';
import { ToldUpstream } from './told-upstream.js';

const PIECE = Buffer.alloc(1024 * 1024, 'x');
const PIECES = 32;
/** What bounds they have. */
const LISTENERS = {
  plain: '',
  last: 'maxRequestsPerConnection: 1',
  idle: 'lingerIdleSeconds: 1',
  brief: 'lingerSeconds: 1, lingerIdleSeconds: 60, slowSeconds: 60',
  small: 'lingerBytes: 1000000',
  slow: 'slowSeconds: 1, minBytesPerSecond: 1000, lingerIdleSeconds: 60, lingerSeconds: 600',
  single: 'maxConnectionsPerAddress: 1, lingerIdleSeconds: 60, slowSeconds: 60',
};

const long = `Content-Length: ${PIECES * PIECE.length}`;

const head = (method: string, ...lines: string[]) =>
  [`${method} /x HTTP/1.1`, `Host: ${HOST}`, ...lines, '\r\n'].join('\r\n');

describe('a client that reads nothing until it has sent everything', () => {
  let stage: SecureStage;
  let told: ToldUpstream;
  let token: string;
  let ports: Record<keyof typeof LISTENERS, number>;

  beforeAll(async () => {
    told = await ToldUpstream.start();
    told.answer = { status: 200, headers: { 'content-length': 2 }, body: 'ok' };
    const listening = Object.entries(LISTENERS).map(async ([name, bounds]) => ({
      name,
      bounds,
      port: await freePort(),
    }));
    const listeners = await Promise.all(listening);
    ports = Object.fromEntries(listeners.map(({ name, port }) => [name, port])) as typeof ports;
    stage = await setSecureStage(
      `routes: [{ id: told, path: '/*', upstream: '${told.url}', scopes: { '*': [], PUT: [no:body] }, maxBodyBytes: 1000 }]`,
      {
        more: listeners.map(
          ({ name, bounds, port }) => `{ name: ${name}, port: ${port}, bounds: { ${bounds} } }`,
        ),
      },
    );
    ({ token } = stage.issuer.issue());
  });
  afterAll(async () => {
    await stage.stop();
    await told.stop();
  });

  const opened = {
    'in the clear': () => connect({ port: ports.plain, host: '127.0.0.1' }),
    'over TLS': () => connectTls({ port: stage.port, host: '127.0.0.1', servername: HOST, ca: stage.ca }),
  };
  const known = () => `Authorization: Bearer ${token}`;

  describe.each(['in the clear', 'over TLS'] as const)('%s', (how) => {
    it.each([
      ['a token is missing', 401, () => head('POST', long)],
      ['a scope is missing', 403, () => head('PUT', known(), long)],
      ['the body is too large', 413, () => head('POST', known(), long)],
      ['the body turns out too large', 413, () => head('POST', known(), 'Transfer-Encoding: chunked')],
      ['there are two hosts', 400, () => head('POST', known(), 'Host: another', long)],
      ['the head is broken', 400, () => head('GET', known(), 'Not a header')],
      ['CONNECT is not offered', 400, () => head('CONNECT', known())],
      [
        'an upgrade is not offered',
        400,
        () => head('GET', known(), 'Upgrade: websocket', 'Connection: Upgrade'),
      ],
    ])('is told that %s', async (_, status, request) => {
      const socket = opened[how]();
      socket.write(request());
      await sendAll(socket, request().includes('chunked'));
      expect(await text(socket)).toMatch(new RegExp(`^HTTP/1.1 ${status} [^]*connection: close`, 'i'));
    });
  });

  it('gets the last answer of a connection, and nothing behind it is taken for a request', async () => {
    const before = told.requests.length;
    const socket = connect({ port: ports.last, host: '127.0.0.1' });
    socket.write(head('GET', known()));
    await eventually(() => expect(told.requests.length).toBe(before + 1));
    socket.write(head('GET', known(), 'X-Behind: 1'));
    await sendAll(socket, false);
    expect(await text(socket)).toMatch(/^HTTP\/1.1 200 [^]*connection: close/i);
    expect(told.requests.length).toBe(before + 1);
  });

  it('may hang up on the answer to a CONNECT, and harms nobody', async () => {
    for (let i = 0; i < 20; i++) {
      const socket = connect({ port: ports.plain, host: '127.0.0.1' });
      socket.on('error', () => {}).write(head('CONNECT'), () => socket.resetAndDestroy());
      await new Promise((resolve) => socket.once('close', resolve));
    }
    expect(await rawRequest(ports.plain, head('GET', known(), 'Connection: close'))).toMatch(
      /^HTTP\/1.1 200 /,
    );
  });

  it('may wait for leave to send its body, and never gets it with a refusal', async () => {
    const socket = connect({ port: ports.plain, host: '127.0.0.1' });
    socket.write(head('POST', 'Expect: 100-continue', long));
    const answer = await text(socket);
    expect(answer).toMatch(/^HTTP\/1.1 401 /);
    expect(answer).not.toContain('100 Continue');
  });

  const counted = async (metric: string): Promise<number> => {
    const metrics = await (await fetch(`${stage.gateway.adminUrl}/metrics`)).text();
    const line = metrics.split('\n').find((one) => one.startsWith(`gatehouse_gateway_${metric} `));
    return Number(line?.split(' ')[1] ?? 0);
  };

  describe('is read no longer than the bounds of its listener say', () => {
    /** One that is refused, and has read it. */
    const refused = async (
      listener: keyof typeof LISTENERS,
      request = head('POST', long),
    ): Promise<Socket> => {
      const socket = connect({ port: ports[listener], host: '127.0.0.1', allowHalfOpen: true });
      socket.on('error', () => {}).write(request);
      expect(String(await once(socket, 'data'))).toMatch(/^HTTP\/1.1 401 /);
      return socket;
    };
    it.each([
      ['that sends a body', head('POST', long)],
      ['that asked for the end of the connection', head('GET', 'Connection: close')],
    ])('where one %s keeps it open and says nothing', async (_, request) => {
      const metric = 'lingering_cut_off_total{bound="idle"}';
      const before = await counted(metric);
      const socket = await refused('idle', request);
      await eventually(async () => expect(await counted(metric)).toBeGreaterThan(before));
      socket.destroy();
    });

    it.each([
      ['for longer', 'brief', 1_000, 'lingering_cut_off_total{bound="seconds"}'],
      ['more', 'small', 100_000, 'lingering_cut_off_total{bound="bytes"}'],
      ['too slowly', 'slow', 1, 'slow_clients_total{side="request"}'],
    ] as const)('where it sends %s', async (_, listener, bytes, metric) => {
      const before = await counted(metric);
      const socket = await refused(listener);
      const sending = setInterval(() => socket.write(PIECE.subarray(0, bytes)), 50);
      await new Promise((resolve) => socket.once('close', resolve));
      clearInterval(sending);
      expect(await counted(metric)).toBeGreaterThan(before);
    });

    it('and counts as a connection meanwhile', async () => {
      const socket = await refused('single');
      const another = head('GET', 'Connection: close');
      expect(await rawRequest(ports.single, another)).toBe('');
      socket.end();
      await eventually(async () =>
        expect(await rawRequest(ports.single, another)).toMatch(/^HTTP\/1.1 401 /),
      );
    });

    it('and to its end while the gateway drains', async () => {
      const socket = await refused('plain');
      const stopped = stage.gateway.kill('SIGTERM');
      await sendAll(socket, false);
      socket.end();
      expect((await stopped).code).toBe(0);
    });
  });
});

/** Sends a body, and reads nothing. */
async function sendAll(socket: Socket, isChunked: boolean): Promise<void> {
  socket.pause();
  for (let i = 0; i < PIECES; i++) {
    if (isChunked) socket.write(`${PIECE.length.toString(16)}\r\n`);
    socket.write(PIECE);
    if (isChunked) socket.write('\r\n');
  }
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject);
    socket.write(isChunked ? '0\r\n\r\n' : 'x', (error) => (error ? reject(error) : resolve()));
  });
}
