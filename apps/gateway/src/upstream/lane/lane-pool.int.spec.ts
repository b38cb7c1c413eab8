import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { eventually } from '@gatehouse/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Dispatcher, errors } from 'undici';
import { laneConnector } from './lane-connector.js';
import { LanePool, type WholeRequest } from './lane-pool.js';

const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';

/** What became of a call. */
class Outcome implements Dispatcher.DispatchHandler {
  status = 0;
  body = '';
  hasEnded = false;
  error: Error | undefined;

  constructor(private readonly onStart: (controller: Dispatcher.DispatchController) => void = () => {}) {}

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.onStart(controller);
  }

  onResponseStart(_: Dispatcher.DispatchController, status: number): void {
    this.status = status;
  }

  onResponseData(_: Dispatcher.DispatchController, chunk: Buffer): void {
    this.body += chunk.toString();
  }

  onResponseEnd(): void {
    this.hasEnded = true;
  }

  onResponseError(_: Dispatcher.DispatchController, error: Error): void {
    this.error = error;
  }
}

async function ended(outcome: Outcome): Promise<Outcome> {
  await eventually(() => expect(outcome.hasEnded || outcome.error).toBeTruthy());
  return outcome;
}

const isClosed = (socket: Socket | undefined) => socket?.destroyed || socket?.readableEnded;

describe('a pool of upstream connections', () => {
  let server: Server;
  let pool: LanePool;
  let connections: Socket[];
  /** Heads of the requests that came. */
  let heard: string[];
  let answer: (socket: Socket) => void;

  const poolOf = (maxConnections = 2, keepAliveMs = 60_000) =>
    new LanePool({
      origin: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`),
      connect: laneConnector({ timeout: 1_000 }),
      maxConnections,
      keepAliveMs,
    });
  const call = (request: Partial<WholeRequest> = {}, outcome = new Outcome()) => {
    const asked = { method: 'GET', path: '/', lines: '', body: null, headersTimeout: 0, bodyTimeout: 0 };
    pool.dispatch({ ...asked, ...request }, outcome);
    return outcome;
  };

  beforeEach(async () => {
    connections = [];
    heard = [];
    answer = (socket) => void socket.write(OK);
    server = createServer((socket) => {
      connections.push(socket);
      socket.on('error', () => {});
      socket.on('data', (chunk: Buffer) => {
        heard.push(chunk.toString('latin1'));
        answer(socket);
      });
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    pool = poolOf();
  });
  afterEach(async () => {
    pool.destroy();
    for (const socket of connections) socket.destroy();
    server.close();
    await once(server, 'close');
  });

  it('sends what was asked, and the next request on the same connection', async () => {
    const lines = 'x-a: b\r\n';
    expect(await ended(call({ method: 'POST', path: '/a?b', lines, body: Buffer.from('hi') }))).toMatchObject(
      {
        status: 200,
        body: 'ok',
      },
    );
    const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    expect(heard.join('')).toBe(
      `POST /a?b HTTP/1.1\r\nhost: ${host}\r\nconnection: keep-alive\r\ncontent-length: 2\r\nx-a: b\r\n\r\nhi`,
    );
    await ended(call());
    expect(connections).toHaveLength(1);
  });

  it('opens no more connections than it may, and has the others wait their turn', async () => {
    const held: Socket[] = [];
    answer = (socket) => void held.push(socket);
    const calls = Array.from({ length: 7 }, () => call());
    await eventually(() => expect(heard).toHaveLength(2));
    answer = (socket) => void socket.write(OK);
    for (const socket of held) socket.write(OK);
    for (const one of calls) expect(await ended(one)).toMatchObject({ status: 200, error: undefined });
    expect(connections).toHaveLength(2);
  });

  it.each([
    ['something came behind its answer', `${OK}HTTP/1.1 200 OK\r\n`],
    ['its upstream said so', OK.replace('\r\n\r\n', '\r\nConnection: close\r\n\r\n')],
    ['its upstream will not wait', OK.replace('\r\n\r\n', '\r\nKeep-Alive: timeout=1\r\n\r\n')],
  ])('does not use a connection again when %s', async (_, text) => {
    answer = (socket) => void socket.write(text);
    expect(await ended(call())).toMatchObject({ body: 'ok' });
    expect(await ended(call())).toMatchObject({ body: 'ok' });
    expect(connections).toHaveLength(2);
  });

  it('leaves what has come of one answer as it is while others come', async () => {
    const kept: Buffer[][] = [];
    const bodies = ['a', 'b', 'c'].map((letter) => letter.repeat(200_000));
    answer = (socket) => {
      const body = bodies[Number(/^GET \/(\d)/.exec(heard.at(-1)!)![1])];
      socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n${body}`);
    };
    pool = poolOf(3);
    const outcomes = bodies.map((_, i) => {
      const outcome = new Outcome();
      const pieces: Buffer[] = (kept[i] = []);
      outcome.onResponseData = (_controller, chunk) => void pieces.push(chunk);
      return call({ path: `/${i}` }, outcome);
    });
    await Promise.all(outcomes.map(ended));
    expect(kept.map((pieces) => Buffer.concat(pieces).toString())).toEqual(bodies);
  });

  it('does not send anything on a connection whose end was the end of an answer', async () => {
    pool.destroy();
    pool = poolOf(1);
    answer = (socket) => void socket.end('HTTP/1.1 200 OK\r\n\r\nok');
    for (const one of [call(), call(), call()])
      expect(await ended(one)).toMatchObject({ body: 'ok', error: undefined });
    expect(connections).toHaveLength(3);
  });

  it('closes what says something that nobody asked for, and what is idle for too long', async () => {
    await ended(call());
    connections[0]?.write('HTTP/1.1 200 OK\r\n');
    await eventually(() => expect(isClosed(connections[0])).toBe(true));
    pool.destroy();
    pool = poolOf(2, 1);
    await ended(call());
    await eventually(() => expect(isClosed(connections[1])).toBe(true));
  });

  it('says why there is no answer', async () => {
    answer = () => {};
    expect((await ended(call({ headersTimeout: 1 }))).error).toBeInstanceOf(errors.HeadersTimeoutError);
    answer = (socket) => void socket.write(OK.slice(0, -1));
    expect((await ended(call({ bodyTimeout: 1 }))).error).toBeInstanceOf(errors.BodyTimeoutError);
    answer = (socket) => void socket.end();
    expect((await ended(call())).error).toBeInstanceOf(errors.SocketError);
    answer = (socket) => void socket.end(OK.slice(0, -1));
    expect((await ended(call())).error).toBeInstanceOf(errors.SocketError);
    answer = (socket) => void socket.write('no HTTP\r\n\r\n');
    expect((await ended(call())).error).toMatchObject({ code: 'HPE_INVALID_ANSWER' });
    expect((await ended(call({ path: '/a b' }))).error).toBeInstanceOf(errors.InvalidArgumentError);
    answer = (socket) => void socket.write(OK);
    expect(await ended(call())).toMatchObject({ body: 'ok', error: undefined });
  });

  it('does not send what was given up before its turn, and waits no longer for a turn than for an answer', async () => {
    pool.destroy();
    pool = poolOf(1);
    answer = () => {};
    const first = call();
    const late = call({ headersTimeout: 1 });
    expect((await ended(late)).error).toBeInstanceOf(errors.HeadersTimeoutError);
    const reason = new Error('left');
    const left = call({ path: '/left' }, new Outcome((controller) => controller.abort(reason)));
    connections[0]?.write(OK);
    await eventually(() => expect(first.hasEnded).toBe(true));
    expect((await ended(left)).error).toBe(reason);
    answer = (socket) => void socket.write(OK);
    await ended(call());
    expect(heard.join('')).not.toContain('/left');
  });

  it('breaks off what is under way when it is destroyed', async () => {
    answer = () => {};
    const calls = [call(), call(), call()];
    await eventually(() => expect(heard).toHaveLength(2));
    pool.destroy();
    for (const one of calls) expect((await ended(one)).error).toBeInstanceOf(errors.ClientDestroyedError);
  });
});
