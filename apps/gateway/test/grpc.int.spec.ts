import { Metadata, status } from '@grpc/grpc-js';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { bidirectional, type EchoClient, echoClient, EchoServer, unary, withToken } from './echo-service.js';
import { type SecureStage, setSecureStage } from './secure-stage.js';

describe('gRPC through the gateway', () => {
  let stage: SecureStage;
  let server: EchoServer;
  let client: EchoClient;
  const call = (name: string, metadata: Metadata, message = Buffer.from('hello')) =>
    unary(client, name, metadata, message);

  beforeAll(async () => {
    server = await EchoServer.start('only');
    stage = await setSecureStage(`routes:
  - { id: echo, path: /demo.Echo/*, methods: [POST], upstream: '${server.url}', upstreamProtocol: http2, scopes: { '*': [echo:call] } }
  - { id: gone, path: /demo.Gone/*, methods: [POST], upstream: 'http://127.0.0.1:1', upstreamProtocol: http2, scopes: { '*': [echo:call] } }
`);
    client = echoClient(stage);
  });
  afterAll(async () => {
    client.close();
    await stage.stop();
    server.stop();
  });

  it('passes a call, its answer and its trailers', async () => {
    const { token } = stage.issuer.issue({ scopes: ['echo:call'] });
    const { error, answer, trailers } = await call('One', withToken(token), Buffer.alloc(500_000, 'x'));
    expect(error).toBeNull();
    expect(answer).toHaveLength(500_000);
    expect(trailers?.get('x-seen')).toEqual(['kept']);
  });

  it('passes the status of a call that failed', async () => {
    const { token } = stage.issuer.issue({ scopes: ['echo:call'] });
    const { error } = await call('Fail', withToken(token));
    expect(error).toMatchObject({ code: status.ALREADY_EXISTS, details: 'it is there: 100 %' });
  });

  it('passes both directions of a stream as they come', async () => {
    const { token } = stage.issuer.issue({ scopes: ['echo:call'] });
    const stream = bidirectional(client, 'Many', withToken(token));
    const ended = new Promise((resolve) => stream.once('status', ({ code }) => resolve(code)));
    for (const text of ['one', 'two', 'three']) {
      const echoed = new Promise<Buffer>((resolve) => stream.once('data', resolve));
      stream.write(Buffer.from(text));
      expect(String(await echoed)).toBe(text); // before the next is sent
    }
    stream.end();
    expect(await ended).toBe(status.OK);
  });

  it('refuses in terms of gRPC, with the problem code', async () => {
    const { token } = stage.issuer.issue({ scopes: ['other:call'] });
    const refused = await call('One', withToken(token));
    expect(refused.error).toMatchObject({
      code: status.PERMISSION_DENIED,
      details: 'This needs the scope echo:call.',
    });
    expect(refused.error?.metadata.get('x-gatehouse-problem')).toEqual(['scope-insufficient']);
    const missing = await call('One', new Metadata());
    expect(missing.error?.code).toBe(status.UNAUTHENTICATED);
  });

  it('says UNAVAILABLE when nobody answers behind it', async () => {
    const { token } = stage.issuer.issue({ scopes: ['echo:call'] });
    const { error } = await unary(client, 'One', withToken(token), Buffer.alloc(0), 'demo.Gone');
    expect(error?.code).toBe(status.UNAVAILABLE);
  });
});
