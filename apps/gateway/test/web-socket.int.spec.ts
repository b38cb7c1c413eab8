import { createServer, type Server } from 'node:http';
import {
  type ClientHttp2Session,
  connect as connectHttp2,
  createSecureServer,
  type Http2Server,
  type IncomingHttpHeaders,
} from 'node:http2';
import { Agent } from 'node:https';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { tmpdir } from 'node:os';
import { UpstreamsAnswer, type UpstreamTargetView } from '@gatehouse/contracts';
import { eventually } from '@gatehouse/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { WebSocket, WebSocketServer } from 'ws';
import { call } from './call.js';
import { newAuthority } from './certificates.js';
import { Ingestion } from './ingestion.js';
import { ADMIN_TOKEN } from './issuer-stand-in.js';
import { HOST, type SecureStage, setSecureStage } from './secure-stage.js';
import { bridgeTo, listening, portOf, tunnellingUpstream } from './web-socket-over-http2.js';

const urlOf = (server: Server | Http2Server) => `http://127.0.0.1:${portOf(server)}`;
const opened = (socket: WebSocket) =>
  new Promise<void>((resolve, reject) => {
    socket.once('open', resolve).once('error', reject);
  });
const statusOf = (socket: WebSocket) =>
  new Promise<number>((resolve, reject) => {
    socket.on('unexpected-response', (_, answer) => resolve(answer.statusCode ?? 0));
    socket.once('open', () => reject(new Error('it was let through'))).on('error', () => {});
  });
const closed = (socket: WebSocket) =>
  new Promise<number>((resolve) => {
    socket.once('close', resolve).on('error', () => {});
  });
const echo = (socket: WebSocket, message: Buffer) =>
  new Promise<Buffer>((resolve) => {
    socket.once('message', resolve);
    socket.send(message);
  });

const headersOf = (token: string) => ({ host: HOST, authorization: `Bearer ${token}` });

describe('WebSockets through the gateway', () => {
  let stage: SecureStage;
  let ingestion: Ingestion;
  let agent: Agent;
  const server = createServer();
  const sockets = new WebSocketServer({ server, handleProtocols: () => 'chat' });
  /** The other one of a group: says who it is, and can refuse. */
  const second = createServer();
  const others = new WebSocketServer({ noServer: true });
  let isTaking = true;

  /** A third of HTTP/2, and a fourth that speaks it without WebSockets on its streams. */
  const seen: IncomingHttpHeaders[] = [];
  const third = tunnellingUpstream(server, seen);
  let fourth: ReturnType<typeof createSecureServer>;
  /** Never answers who asked it. */
  let asked = 0;
  const silent = createServer().on('upgrade', (_, socket) => {
    asked++;
    socket.once('end', () => socket.destroy()).resume();
  });
  /** What clients of HTTP/2 share. */
  let session: ClientHttp2Session;
  const bridge = bridgeTo(() => session);

  const clients = {
    'HTTP/1.1': (token: string, path = '/chat') =>
      new WebSocket(`wss://127.0.0.1:${stage.port}${path}`, ['chat'], { agent, headers: headersOf(token) }),
    'HTTP/2': (token: string, path = '/chat') =>
      new WebSocket(`ws://127.0.0.1:${portOf(bridge)}${path}`, ['chat'], { headers: headersOf(token) }),
  };
  const open = clients['HTTP/1.1'];
  const versions = ['HTTP/1.1', 'HTTP/2'] as const;

  beforeAll(async () => {
    sockets.on('connection', (socket, request) => {
      socket.on('message', (message: Buffer) =>
        socket.send(String(message) === 'who' ? String(request.headers['x-gatehouse-token-id']) : message),
      );
    });
    second.on('upgrade', (request, socket, head) => {
      if (isTaking) return others.handleUpgrade(request, socket, head, (one) => one.send('second'));
      socket.end('HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\n\r\n');
    });
    const authority = await newAuthority();
    const ca = join(await mkdtemp(join(tmpdir(), 'web-socket-')), 'ca.pem');
    await writeFile(ca, authority.pem);
    fourth = createSecureServer({ ...(await authority.issue('localhost')), allowHTTP1: true });
    fourth.on('upgrade', (request, socket, head) =>
      sockets.handleUpgrade(request, socket, head, (one) => sockets.emit('connection', one, request)),
    );
    await Promise.all([server, second, third, fourth, bridge, silent].map(listening));
    const [upstream, other] = [urlOf(server), urlOf(second)];
    const grants = 'webSocket: {}, scopes: { GET: [chat:join] }';
    const group = `{ name: group, targets: [{ url: '${upstream}' }, { url: '${other}' }], balance: least-connections, retries: { on: ['503'] } }`;
    stage = await setSecureStage(`routes:
  - { id: chat, path: /chat, upstream: '${upstream}', webSocket: {}, scopes: { GET: [chat:join] } }
  - { id: brief, path: /brief, upstream: '${upstream}', webSocket: { idleSeconds: 2 }, scopes: { GET: [chat:join] } }
  - { id: gone, path: /gone, upstream: 'http://127.0.0.1:1', webSocket: {}, scopes: { GET: [chat:join] } }
  - { id: group, path: /group, upstream: ${group}, webSocket: {}, scopes: { GET: [chat:join] } }
  - { id: over-2, path: /over-2, upstream: '${urlOf(third)}', upstreamProtocol: http2, ${grants} }
  - { id: beside-2, path: /beside-2, upstream: 'https://localhost:${portOf(fourth)}', upstreamProtocol: http2, upstreamTls: { ca: '${ca}' }, ${grants} }
  - { id: gone-2, path: /gone-2, upstream: 'http://127.0.0.1:1', upstreamProtocol: http2, ${grants} }
  - { id: silent, path: /silent, upstream: '${urlOf(silent)}', ${grants}, limits: [{ per: token, concurrent: 1 }] }
  - { id: timed, path: /timed, upstream: '${upstream}', webSocket: { maxSeconds: 1 }, scopes: { GET: [chat:join] } }
  - { id: plain, path: /plain, upstream: '${upstream}', scopes: { GET: [chat:join] } }
`);
    ingestion = new Ingestion(stage.nats);
    agent = new Agent({ ca: stage.ca, servername: HOST });
    session = connectHttp2(`https://127.0.0.1:${stage.port}`, { ca: stage.ca, servername: HOST });
    session.on('error', () => {});
    await new Promise((resolve) => session.once('remoteSettings', resolve));
  });
  afterAll(async () => {
    await ingestion.stop();
    await stage.stop();
    sockets.close();
    others.close();
    session.destroy();
    const servers = [server, second, third, fourth, bridge, silent];
    for (const one of [server, second, bridge, silent]) one.closeAllConnections();
    await Promise.all(servers.map((one) => new Promise((resolve) => one.close(resolve))));
  });
  const issue = (options = {}) => stage.issuer.issue({ scopes: ['chat:join'], ...options });

  it.each([
    ['HTTP/1.1', '/chat', 101],
    ['HTTP/2', '/chat', 200],
    ['HTTP/1.1', '/over-2', 101],
    ['HTTP/2', '/over-2', 200],
    ['HTTP/1.1', '/beside-2', 101],
  ] as const)(
    'carries messages of all sizes both ways over %s to %s, tells the upstream who calls, and records it once at its end',
    async (version, path, status) => {
      const { token, id } = issue();
      const socket = clients[version](token, path);
      await opened(socket);
      expect(socket.protocol).toBe('chat');
      expect(String(await echo(socket, Buffer.from('who')))).toBe(id);
      for (const size of [0, 125, 126, 70_000, 1_000_000]) {
        const message = Buffer.alloc(size, 'x');
        expect((await echo(socket, message)).equals(message)).toBe(true);
      }
      const ended = closed(socket);
      socket.close(1000);
      expect(await ended).toBe(1000);
      const [record] = await eventually(() => {
        const mine = ingestion.records.filter(({ tokenId }) => tokenId === id);
        expect(mine).toHaveLength(1);
        return mine;
      });
      expect(record).toMatchObject({ route: path.slice(1), status, outcome: 'served', method: 'GET' });
      expect(record.requestBytes).toBeGreaterThan(1_070_000);
      expect(record.responseBytes).toBeGreaterThan(1_070_000);
    },
  );

  it.each(versions)('decides at the handshake over %s: scope, route and upstream', async (version) => {
    const open = clients[version];
    expect(await statusOf(open(stage.issuer.issue({ scopes: ['other:scope'] }).token))).toBe(403);
    expect(await statusOf(open('nonsense'))).toBe(401);
    const { token } = issue();
    expect(await statusOf(open(token, '/plain'))).toBe(400);
    expect(await statusOf(open(token, '/gone'))).toBe(502);
    expect(await statusOf(open(token, '/gone-2'))).toBe(502);
    expect(await statusOf(open(token, '/nowhere'))).toBe(404);
  });

  const viewOf = async (url: string): Promise<UpstreamTargetView> => {
    const { body } = await call(`${stage.gateway.adminUrl}/v1/upstreams`, ADMIN_TOKEN);
    const { upstreams } = UpstreamsAnswer.parse(JSON.parse(body));
    return upstreams[0].targets.find((target) => target.url === url)!;
  };

  it('goes to the target of a group with fewest open, and to another when one does not take it', async () => {
    const { token } = issue();
    const open4 = Array.from({ length: 4 }, () => open(token, '/group'));
    await Promise.all(open4.map(opened));
    expect(await viewOf(urlOf(server))).toMatchObject({ tunnels: 2, inFlight: 0, requests: { ok: 2 } });
    expect(await viewOf(urlOf(second))).toMatchObject({ tunnels: 2, inFlight: 0, requests: { ok: 2 } });

    isTaking = false;
    const more = [open(token, '/group'), open(token, '/group')];
    await Promise.all(more.map(opened));
    expect(await viewOf(urlOf(server))).toMatchObject({ tunnels: 4 });
    expect((await viewOf(urlOf(second))).requests.failed).toBeGreaterThan(0);
    const ended = [...open4, ...more].map(closed);
    for (const socket of [...open4, ...more]) socket.close(1000);
    await Promise.all(ended);
    await eventually(async () => expect(await viewOf(urlOf(server))).toMatchObject({ tunnels: 0 }));
  });

  it.each(versions)(
    'closes with 1008 over %s when the token is revoked, and nobody else’s',
    async (version) => {
      const open = clients[version];
      const [one, other] = [issue(), issue()];
      const [socket, stays] = [open(one.token), open(other.token)];
      await Promise.all([opened(socket), opened(stays)]);
      const ended = closed(socket);
      stage.issuer.revoke(one.token);
      expect(await ended).toBe(1008);
      expect(String(await echo(stays, Buffer.from('here')))).toBe('here');
      stays.terminate();
    },
  );

  it('closes with 1008 when the token expires', async () => {
    const socket = open(issue({ expiresAt: new Date(Date.now() + 5_000).toISOString() }).token);
    await opened(socket);
    expect(await closed(socket)).toBe(1008);
  });

  it.each(versions)('closes what nobody uses over %s', async (version) => {
    const socket = clients[version](issue().token, '/brief');
    await opened(socket);
    expect(await closed(socket)).toBe(1001);
  });

  it.each(versions)('closes over %s what has been open for long enough', async (version) => {
    const socket = clients[version](issue().token, '/timed');
    await opened(socket);
    const talking = setInterval(() => socket.send('on and on'), 100);
    expect(await closed(socket)).toBe(1001);
    clearInterval(talking);
  });

  it.each(versions)(
    'forgets a client that leaves over %s before the upstream has answered',
    async (version) => {
      const { token, id } = issue();
      const asking = async () => {
        const before = asked;
        const socket = clients[version](token, '/silent').on('error', () => {});
        await eventually(() => expect(asked).toBe(before + 1));
        return socket;
      };
      const first = await asking();
      first.terminate();
      await eventually(() => {
        const mine = ingestion.records.filter(({ tokenId }) => tokenId === id);
        expect(mine).toMatchObject([{ route: 'silent', outcome: 'aborted', status: 0 }]);
      });
      const second = await asking(); // the only place that the limit has is free again
      second.terminate();
    },
  );

  it('asks an upstream of HTTP/2 for it as RFC 8441 has it', async () => {
    const socket = open(issue().token, '/over-2');
    await opened(socket);
    expect(seen.at(-1)).toMatchObject({
      ':method': 'CONNECT',
      ':protocol': 'websocket',
      ':scheme': 'http',
      ':path': '/over-2',
      'sec-websocket-version': '13',
    });
    for (const name of ['sec-websocket-key', 'upgrade', 'connection', 'authorization'])
      expect(seen.at(-1)).not.toHaveProperty(name);
    socket.terminate();
  });

  it.each([
    ['another protocol', { ':protocol': 'connect-udp', ':path': '/chat' }],
    ['no version', { ':protocol': 'websocket', ':path': '/chat' }],
    ['no protocol', {}],
  ])('takes no CONNECT over HTTP/2 that names %s', async (_, fields) => {
    const authority = { ':method': 'CONNECT', ':authority': HOST };
    const stream = session.request({ ...authority, ...fields, authorization: `Bearer ${issue().token}` });
    const answer = await new Promise<IncomingHttpHeaders>((resolve) => stream.once('response', resolve));
    expect(answer[':status']).toBe(400);
    stream.close();
  });

  it('says 1001 on SIGTERM', async () => {
    const both = versions.map((version) => clients[version](issue().token));
    await Promise.all(both.map(opened));
    const ended = Promise.all(both.map(closed));
    const stopped = stage.gateway.kill('SIGTERM');
    expect(await ended).toEqual([1001, 1001]);
    expect((await stopped).code).toBe(0);
  });
});
