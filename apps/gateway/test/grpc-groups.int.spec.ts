import { createServer, constants, type Http2Server } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { UpstreamsAnswer, type UpstreamTargetView } from '@gatehouse/contracts';
import { eventually, freePort } from '@gatehouse/testing';
import { status } from '@grpc/grpc-js';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { call } from './call.js';
import { bidirectional, type EchoClient, echoClient, EchoServer, unary, withToken } from './echo-service.js';
import { FreezingRelay } from './freezing-relay.js';
import { ADMIN_TOKEN } from './issuer-stand-in.js';
import { secureCall } from './secure-call.js';
import { HOST, type SecureStage, setSecureStage } from './secure-stage.js';
import { CALM } from './two-targets.js';
import { until } from './until.js';

const MESSAGE = Buffer.from('hello');

const route = (id: string, targets: string, more: string, timeouts = '{}') =>
  `  - { id: ${id}, path: /${id}/*, stripPrefix: /${id}, upstreamProtocol: http2, scopes: { '*': [] }, timeouts: ${timeouts}, upstream: { targets: [${targets}], ${more} } }\n`;

describe('several targets over HTTP/2', () => {
  let stage: SecureStage;
  let a: EchoServer;
  let b: EchoServer;
  let refusing: Http2Server;
  let relay: FreezingRelay;
  let client: EchoClient;
  let token: string;
  let wanted: string;
  const seenByRefusing: string[] = [];

  /** Who answered; or the code of the failure. */
  const answeredBy = async (route: string, times: number) => {
    const seen: (string | number)[] = [];
    for (let i = 0; i < times; i++) {
      const { error, answer } = await unary(client, 'Who', withToken(token), MESSAGE, `${route}/demo.Echo`);
      seen.push(error?.code ?? String(answer));
    }
    return seen;
  };
  const viewOf = async (name: string, url: string): Promise<UpstreamTargetView> => {
    const { body } = await call(`${stage.gateway.adminUrl}/v1/upstreams`, ADMIN_TOKEN);
    const group = UpstreamsAnswer.parse(JSON.parse(body)).upstreams.find((one) => one.name === name);
    return group!.targets.find((target) => target.url === url)!;
  };

  beforeAll(async () => {
    [a, b] = [await EchoServer.start('a'), await EchoServer.start('b')];
    relay = await FreezingRelay.start(a.port);
    refusing = createServer().on('stream', (stream, { ':method': method }) => {
      stream.on('error', () => {});
      seenByRefusing.push(method!);
      stream.close(wanted === 'refuse' ? constants.NGHTTP2_REFUSED_STREAM : constants.NGHTTP2_INTERNAL_ERROR);
    });
    await new Promise<void>((resolve) => refusing.listen(0, '127.0.0.1', resolve));
    const [one, other] = [`{ url: '${a.url}' }`, `{ url: '${b.url}' }`];
    const refuses = `{ url: 'http://127.0.0.1:${(refusing.address() as AddressInfo).port}' }`;
    const dead = `{ url: 'http://127.0.0.1:${await freePort()}' }`;
    stage = await setSecureStage(`routes:
${route('both', `${one}, ${other}`, CALM)}
${route('half-dead', `${dead}, ${one}`, CALM)}
${route('refused', `${refuses}, ${one}`, CALM)}
${route('breaking', `${one}, ${other}`, 'outliers: { consecutiveFailures: 1000 }, breaker: { minimumRequests: 4, openMs: 60000 }')}
${route('checked', `${one}, ${other}`, `${CALM}, health: { grpc: { service: demo.Echo }, intervalMs: 100, timeoutMs: 10000, unhealthyAfter: 2 }`)}
${route('frozen', `{ url: '${relay.url}' }`, CALM, '{ connectMs: 500, headersMs: 500 }')}
`);
    token = stage.issuer.issue().token;
    client = echoClient(stage);
  });
  afterAll(async () => {
    client.close();
    await stage.stop();
    await relay.stop();
    a.stop();
    b.stop();
    await new Promise((resolve) => refusing.close(resolve));
  });
  beforeEach(() => {
    a.reset();
    b.reset();
    seenByRefusing.length = 0;
  });

  it('share the calls of gRPC', async () => {
    expect(await answeredBy('both', 4)).toEqual(['a', 'b', 'a', 'b']);
    const stream = bidirectional(client, 'Many', withToken(token), 'both/demo.Echo');
    const ended = new Promise((resolve) => stream.once('status', ({ code }) => resolve(code)));
    const echoed = new Promise<Buffer>((resolve) => stream.once('data', resolve));
    stream.write(Buffer.from('one'));
    expect(String(await echoed)).toBe('one');
    stream.end();
    expect(await ended).toBe(status.OK);
  });

  it('take over a call, message and all, from one that cannot be reached', async () => {
    expect(await answeredBy('half-dead', 4)).toEqual(['a', 'a', 'a', 'a']);
  });

  it('send no call twice that a target may have begun with', async () => {
    wanted = 'fail';
    const seen = await answeredBy('refused', 4);
    expect(seen.filter((one) => one === 'a')).toHaveLength(2);
    expect(seenByRefusing).toEqual(['POST', 'POST']);
    expect(a.calls).toBe(2);
  });

  it('take over what a target says that it has not begun with, also what may not be repeated', async () => {
    wanted = 'refuse';
    const options = {
      ca: stage.ca,
      method: 'POST',
      path: '/refused/x',
      headers: { authorization: `Bearer ${token}` },
    };
    const answers = [];
    for (let i = 0; i < 2; i++) answers.push(await secureCall(stage.port, HOST, options));
    expect(answers.map((answer) => answer.status)).toEqual([415, 415]); // of a gRPC server: this is no call
    expect(seenByRefusing.length).toBeGreaterThan(0);
  });

  it('are asked no more once they say UNAVAILABLE too often, as if it were a 503', async () => {
    a.failure = status.UNAVAILABLE;
    await until(async () => {
      await answeredBy('breaking', 2);
      return (await viewOf('breaking', a.url)).breaker === 'open';
    });
    a.failure = undefined;
    expect(await answeredBy('breaking', 4)).toEqual(['b', 'b', 'b', 'b']);
    b.failure = status.NOT_FOUND; // the caller's mistake
    expect(new Set(await answeredBy('breaking', 20))).toEqual(new Set([status.NOT_FOUND]));
    expect(await viewOf('breaking', b.url)).toMatchObject({ breaker: 'closed', requests: { failed: 0 } });
  });

  it('get no calls while their health service says no', async () => {
    a.health = 2;
    await until(async () => (await viewOf('checked', a.url)).check === 'down');
    expect(await answeredBy('checked', 4)).toEqual(['b', 'b', 'b', 'b']);
    a.health = 1;
    await until(async () => (await viewOf('checked', a.url)).check === 'up');
    expect(new Set(await answeredBy('checked', 4))).toEqual(new Set(['a', 'b']));
  });

  it('are left by a connection on which nothing comes any more', async () => {
    await eventually(async () => expect(await answeredBy('frozen', 1)).toEqual(['a']));
    relay.freeze();
    expect(await answeredBy('frozen', 1)).toEqual([status.DEADLINE_EXCEEDED]);
    await eventually(async () => expect(await answeredBy('frozen', 1)).toEqual(['a']));
  });
});
