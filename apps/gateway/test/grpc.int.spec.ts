import {
  credentials,
  type handleBidiStreamingCall,
  type handleUnaryCall,
  makeGenericClientConstructor,
  Metadata,
  Server,
  ServerCredentials,
  type ServiceDefinition,
  type ServiceError,
  status,
} from '@grpc/grpc-js';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { HOST, type SecureStage, setSecureStage } from './secure-stage.js';

const bytes = { serialize: (value: Buffer) => value, deserialize: (value: Buffer) => value };
const method = (name: string, streams: boolean) => ({
  path: `/demo.Echo/${name}`,
  requestStream: streams,
  responseStream: streams,
  requestSerialize: bytes.serialize,
  requestDeserialize: bytes.deserialize,
  responseSerialize: bytes.serialize,
  responseDeserialize: bytes.deserialize,
});
const SERVICE = { One: method('One', false), Fail: method('Fail', false), Many: method('Many', true) };
const Client = makeGenericClientConstructor(SERVICE satisfies ServiceDefinition, 'demo.Echo');

const one: handleUnaryCall<Buffer, Buffer> = (call, done) => {
  const trailers = new Metadata();
  trailers.set('x-seen', String(call.metadata.get('x-mine')[0]));
  done(null, call.request, trailers);
};
const fail: handleUnaryCall<Buffer, Buffer> = (_, done) =>
  done({ code: status.ALREADY_EXISTS, details: 'it is there: 100 %' });
const many: handleBidiStreamingCall<Buffer, Buffer> = (call) => {
  call.on('data', (chunk: Buffer) => call.write(chunk)).on('end', () => call.end());
};

const withToken = (token: string) => {
  const metadata = new Metadata();
  metadata.set('authorization', `Bearer ${token}`);
  metadata.set('x-mine', 'kept');
  return metadata;
};

describe('gRPC through the gateway', () => {
  let stage: SecureStage;
  let server: Server;
  let client: InstanceType<typeof Client>;
  const call = (name: string, metadata: Metadata, body = Buffer.from('hello')) =>
    new Promise<{ error: ServiceError | null; answer: Buffer | undefined; trailers: Metadata | undefined }>(
      (resolve) => {
        let failed: ServiceError | null = null;
        let answer: Buffer | undefined;
        client
          .makeUnaryRequest(
            `/demo.Echo/${name}`,
            bytes.serialize,
            bytes.deserialize,
            body,
            metadata,
            {},
            (error, value?: Buffer) => {
              failed = error;
              answer = value;
            },
          )
          .on('status', ({ metadata: trailers }) =>
            setImmediate(() => resolve({ error: failed, answer, trailers })),
          );
      },
    );

  beforeAll(async () => {
    server = new Server();
    server.addService(SERVICE, { One: one, Fail: fail, Many: many });
    const port = await new Promise<number>((resolve, reject) =>
      server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
        error ? reject(error) : resolve(bound),
      ),
    );
    stage = await setSecureStage(`routes:
  - { id: echo, path: /demo.Echo/*, methods: [POST], upstream: 'http://127.0.0.1:${port}', upstreamProtocol: http2, scopes: { '*': [echo:call] } }
  - { id: gone, path: /demo.Gone/*, methods: [POST], upstream: 'http://127.0.0.1:1', upstreamProtocol: http2, scopes: { '*': [echo:call] } }
`);
    client = new Client(`127.0.0.1:${stage.port}`, credentials.createSsl(Buffer.from(stage.ca)), {
      'grpc.ssl_target_name_override': HOST,
    });
  });
  afterAll(async () => {
    client.close();
    await stage.stop();
    server.forceShutdown();
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
    const stream = client.makeBidiStreamRequest(
      '/demo.Echo/Many',
      bytes.serialize,
      bytes.deserialize,
      withToken(token),
    );
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
    const error = await new Promise<ServiceError | null>((resolve) =>
      client.makeUnaryRequest(
        '/demo.Gone/One',
        bytes.serialize,
        bytes.deserialize,
        Buffer.alloc(0),
        withToken(token),
        {},
        resolve,
      ),
    );
    expect(error?.code).toBe(status.UNAVAILABLE);
  });
});
