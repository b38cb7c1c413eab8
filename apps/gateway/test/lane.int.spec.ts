import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { eventually } from '@gatehouse/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { rawRequest } from './raw-request.js';
import { type Stage, setStage } from './stage.js';
import { ToldUpstream } from './told-upstream.js';
import { until } from './until.js';

const bodyOf = (text: string) => `Content-Length: ${text.length}`;

describe('a connection of HTTP/1.1', () => {
  let stage: Stage;
  let told: ToldUpstream;
  let token: string;

  beforeAll(async () => {
    told = await ToldUpstream.start();
    stage = await setStage({
      routes: `routes: [{ id: told, path: '/*', upstream: '\${UPSTREAM_URL}', scopes: { '*': [] }, maxBodyBytes: 100000 }]`,
      env: { UPSTREAM_URL: told.url },
    });
    ({ token } = stage.issuer.issue());
    told.answer = { status: 200, headers: { 'content-length': 2 }, body: 'ok' };
    await until(async () =>
      (await rawRequest(stage.gateway.port, last('GET', '/'))).startsWith('HTTP/1.1 200'),
    );
  });
  afterAll(async () => {
    await stage.stop();
    await told.stop();
  });

  const head = (method: string, target: string, ...lines: string[]) =>
    [`${method} ${target} HTTP/1.1`, 'Host: a', `Authorization: Bearer ${token}`, ...lines, '\r\n'].join(
      '\r\n',
    );
  const last = (method: string, target: string) => head(method, target, 'Connection: close');

  /** A connection, and how many answers came on it. */
  const open = async () => {
    const socket = connect({ port: stage.gateway.port, host: '127.0.0.1' });
    await once(socket, 'connect');
    let received = '';
    socket.on('data', (chunk: Buffer) => (received += chunk.toString('latin1')));
    const answers = () => received.split('HTTP/1.1 ').slice(1);
    const say = async (text: string) => {
      const before = answers().length;
      socket.write(text, 'latin1');
      await eventually(() => expect(answers().length).toBeGreaterThan(before));
      return answers().at(-1)!;
    };
    return { socket, answers, say };
  };

  it('carries one request after the other, of either way of reading them', async () => {
    const { socket, say } = await open();
    expect(await say(head('GET', '/1'))).toMatch(/^200 OK\r\n[^]*connection: keep-alive\r\n/i);
    expect(await say(`${head('POST', '/2', bodyOf('at once'))}at once`)).toMatch(/^200/);
    expect(told.latest).toMatchObject({ url: '/2', body: 'at once', headers: { 'content-length': '7' } });
    socket.write(`${head('POST', '/3', bodyOf('in two'))}in`);
    expect(await say(' two')).toMatch(/^200/);
    expect(told.latest).toMatchObject({ url: '/3', body: 'in two' });
    expect(await say(`${head('POST', '/4', 'Transfer-Encoding: chunked')}3\r\nabc\r\n0\r\n\r\n`)).toMatch(
      /^200/,
    );
    expect(told.latest).toMatchObject({ url: '/4', body: 'abc' });
    expect(await say(head('GET', '/5'))).toMatch(/^200/);
    expect(told.latest.url).toBe('/5');
    socket.destroy();
  });

  it('answers in order what was sent without waiting', async () => {
    const answers = await rawRequest(
      stage.gateway.port,
      `${head('GET', '/a')}${head('HEAD', '/b')}${last('GET', '/c')}`,
    );
    expect(
      answers
        .split('HTTP/1.1 200 OK')
        .slice(1)
        .map((answer) => answer.endsWith('ok')),
    ).toEqual([true, false, true]);
  });

  it('takes the rest of a request that came while another was answered', async () => {
    const { socket, answers } = await open();
    const next = last('GET', '/next');
    socket.write(head('GET', '/first'));
    await eventually(() => expect(told.latest.url).toBe('/first'));
    for (const part of [next.slice(0, 9), next.slice(9)]) {
      socket.write(part);
      await new Promise((resolve) => setImmediate(resolve));
    }
    await eventually(() => expect(answers()).toHaveLength(2));
    expect(told.latest.url).toBe('/next');
  });

  it('refuses a body that does not come in time, and one that is too large', async () => {
    expect(await rawRequest(stage.gateway.port, head('POST', '/', 'Content-Length: 100001'))).toContain(
      '413',
    );
    const received = told.requests.length;
    const { socket } = await open();
    socket.write(head('POST', '/slow', 'Content-Length: 9'));
    socket.write('half');
    socket.end();
    await once(socket, 'close');
    expect(told.requests.slice(received).filter(({ body }) => body !== '')).toEqual([]);
  });

  it('is closed with the answer to whom asks for it, and after a refusal of what is ambiguous', async () => {
    expect(await rawRequest(stage.gateway.port, last('GET', '/'))).toMatch(/connection: close\r\n/i);
    const twice = head('GET', '/', 'Host: b');
    expect(await rawRequest(stage.gateway.port, twice)).toMatch(/^HTTP\/1.1 400 [^]*connection: close\r\n/i);
  });

  it('gives answers their frame: length, chunks, or none', async () => {
    told.answer = { status: 200, headers: {}, body: 'in chunks' };
    const chunked = await rawRequest(stage.gateway.port, last('GET', '/'));
    expect(chunked).toMatch(/transfer-encoding: chunked\r\n[^]*\r\n\r\n9\r\nin chunks\r\n0\r\n\r\n$/i);
    told.answer = { status: 204, headers: {}, body: '' };
    expect(await rawRequest(stage.gateway.port, last('GET', '/'))).toMatch(/^HTTP\/1.1 204 [^]*\r\n\r\n$/);
    told.answer = { status: 200, headers: { 'content-length': 2 }, body: 'ok' };
    const toHead = await rawRequest(stage.gateway.port, last('HEAD', '/'));
    expect(toHead).toMatch(/content-length: 2\r\n[^]*\r\n\r\n$/i);
    expect(toHead.endsWith('ok')).toBe(false);
  });

  it('tells the upstream when its client leaves', async () => {
    const [stageUpstream, other] = [
      stage.upstream,
      await stage.another({ env: { UPSTREAM_URL: stage.upstream.url } }),
    ];
    const before = stageUpstream.aborted;
    const socket: Socket = connect({ port: other.port, host: '127.0.0.1' });
    await until(async () => (await rawRequest(other.port, last('GET', '/'))).startsWith('HTTP/1.1'));
    socket.write(head('GET', '/hang'));
    await eventually(() => expect(stageUpstream.received).toBeGreaterThan(0));
    socket.destroy();
    await eventually(() => expect(stageUpstream.aborted).toBeGreaterThan(before));
  });
});
