import { createServer, type Server } from 'node:http';
import { Agent } from 'node:https';
import type { AddressInfo } from 'node:net';
import { UpstreamsAnswer, type UpstreamTargetView } from '@gatehouse/contracts';
import { eventually } from '@gatehouse/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { WebSocket, WebSocketServer } from 'ws';
import { call } from './call.js';
import { Ingestion } from './ingestion.js';
import { ADMIN_TOKEN } from './issuer-stand-in.js';
import { HOST, type SecureStage, setSecureStage } from './secure-stage.js';

const listening = (server: Server) => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
const urlOf = (server: Server) => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
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

  const open = (token: string, path = '/chat') =>
    new WebSocket(`wss://127.0.0.1:${stage.port}${path}`, ['chat'], {
      agent,
      headers: { host: HOST, authorization: `Bearer ${token}` },
    });

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
    await Promise.all([listening(server), listening(second)]);
    const [upstream, other] = [urlOf(server), urlOf(second)];
    const group = `{ name: group, targets: [{ url: '${upstream}' }, { url: '${other}' }], balance: least-connections, retries: { on: ['503'] } }`;
    stage = await setSecureStage(`routes:
  - { id: chat, path: /chat, upstream: '${upstream}', webSocket: {}, scopes: { GET: [chat:join] } }
  - { id: brief, path: /brief, upstream: '${upstream}', webSocket: { idleSeconds: 2 }, scopes: { GET: [chat:join] } }
  - { id: gone, path: /gone, upstream: 'http://127.0.0.1:1', webSocket: {}, scopes: { GET: [chat:join] } }
  - { id: group, path: /group, upstream: ${group}, webSocket: {}, scopes: { GET: [chat:join] } }
  - { id: plain, path: /plain, upstream: '${upstream}', scopes: { GET: [chat:join] } }
`);
    ingestion = new Ingestion(stage.nats);
    agent = new Agent({ ca: stage.ca, servername: HOST });
  });
  afterAll(async () => {
    await ingestion.stop();
    await stage.stop();
    sockets.close();
    others.close();
    await Promise.all([server, second].map((one) => new Promise((resolve) => one.close(resolve))));
  });
  const issue = (options = {}) => stage.issuer.issue({ scopes: ['chat:join'], ...options });

  it('carries messages of all sizes both ways, tells the upstream who calls, and records it once at its end', async () => {
    const { token, id } = issue();
    const socket = open(token);
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
    expect(record).toMatchObject({ route: 'chat', status: 101, outcome: 'served', method: 'GET' });
    expect(record.requestBytes).toBeGreaterThan(1_070_000);
    expect(record.responseBytes).toBeGreaterThan(1_070_000);
  });

  it('decides at the handshake: scope, route and upstream', async () => {
    expect(await statusOf(open(stage.issuer.issue({ scopes: ['other:scope'] }).token))).toBe(403);
    expect(await statusOf(open('nonsense'))).toBe(401);
    const { token } = issue();
    expect(await statusOf(open(token, '/plain'))).toBe(400);
    expect(await statusOf(open(token, '/gone'))).toBe(502);
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

  it('closes with 1008 when the token is revoked, and nobody else’s', async () => {
    const [one, other] = [issue(), issue()];
    const [socket, stays] = [open(one.token), open(other.token)];
    await Promise.all([opened(socket), opened(stays)]);
    const ended = closed(socket);
    stage.issuer.revoke(one.token);
    expect(await ended).toBe(1008);
    expect(String(await echo(stays, Buffer.from('here')))).toBe('here');
    stays.terminate();
  });

  it('closes with 1008 when the token expires', async () => {
    const socket = open(issue({ expiresAt: new Date(Date.now() + 5_000).toISOString() }).token);
    await opened(socket);
    expect(await closed(socket)).toBe(1008);
  });

  it('closes what nobody uses', async () => {
    const socket = open(issue().token, '/brief');
    await opened(socket);
    expect(await closed(socket)).toBe(1001);
  });

  it('says 1001 on SIGTERM', async () => {
    const socket = open(issue().token);
    await opened(socket);
    const ended = closed(socket);
    const stopped = stage.gateway.kill('SIGTERM');
    expect(await ended).toBe(1001);
    expect((await stopped).code).toBe(0);
  });
});
