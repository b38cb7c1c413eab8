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
import { HOST, type SecureStage } from './secure-stage.js';

const bytes = { serialize: (value: Buffer) => value, deserialize: (value: Buffer) => value };
const method = (path: string, streams: boolean) => ({
  path,
  requestStream: streams,
  responseStream: streams,
  requestSerialize: bytes.serialize,
  requestDeserialize: bytes.deserialize,
  responseSerialize: bytes.serialize,
  responseDeserialize: bytes.deserialize,
});
const SERVICE = {
  One: method('/demo.Echo/One', false),
  Who: method('/demo.Echo/Who', false),
  Fail: method('/demo.Echo/Fail', false),
  Many: method('/demo.Echo/Many', true),
} satisfies ServiceDefinition;
const HEALTH = { Check: method('/grpc.health.v1.Health/Check', false) } satisfies ServiceDefinition;
const Client = makeGenericClientConstructor(SERVICE, 'demo.Echo');

export type EchoClient = InstanceType<typeof Client>;

/** What came of a call. */
export interface CallEnd {
  readonly error: ServiceError | null;
  readonly answer: Buffer | undefined;
  readonly trailers: Metadata | undefined;
}

/** A real gRPC server that says back what it is told. */
export class EchoServer {
  calls = 0;
  /** What its health service answers for `demo.Echo`: 1 is SERVING. */
  health = 1;
  /** What it fails with when it is asked who it is. */
  failure: status | undefined;

  private constructor(
    readonly name: string,
    private readonly server: Server,
    readonly port: number,
  ) {}

  static async start(name: string, port = 0): Promise<EchoServer> {
    const server = new Server();
    const bound = await new Promise<number>((resolve, reject) =>
      server.bindAsync(`127.0.0.1:${port}`, ServerCredentials.createInsecure(), (error, at) =>
        error ? reject(error) : resolve(at),
      ),
    );
    const echo = new EchoServer(name, server, bound);
    const who: handleUnaryCall<Buffer, Buffer> = (_, done) => {
      echo.calls++;
      if (echo.failure === undefined) done(null, Buffer.from(name));
      else done({ code: echo.failure, details: 'as the test says' });
    };
    const check: handleUnaryCall<Buffer, Buffer> = (call, done) => {
      const isKnown = call.request.subarray(2).toString() === 'demo.Echo';
      if (isKnown) done(null, Buffer.from([0x08, echo.health]));
      else done({ code: status.NOT_FOUND });
    };
    server.addService(SERVICE, { One: one, Who: who, Fail: fail, Many: many });
    server.addService(HEALTH, { Check: check });
    return echo;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  reset(): void {
    this.calls = 0;
    this.health = 1;
    this.failure = undefined;
  }

  stop(): void {
    this.server.forceShutdown();
  }
}

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

/** Somebody who calls through the gateway. */
export const echoClient = ({ port, ca }: SecureStage): EchoClient =>
  new Client(`127.0.0.1:${port}`, credentials.createSsl(Buffer.from(ca)), {
    'grpc.ssl_target_name_override': HOST,
  });

export function withToken(token: string): Metadata {
  const metadata = new Metadata();
  metadata.set('authorization', `Bearer ${token}`);
  metadata.set('x-mine', 'kept');
  return metadata;
}

/** One question, one answer. */
export const unary = (
  client: EchoClient,
  name: string,
  metadata: Metadata,
  body = Buffer.from('hello'),
  service = 'demo.Echo',
): Promise<CallEnd> =>
  new Promise((resolve) => {
    let error: ServiceError | null = null;
    let answer: Buffer | undefined;
    client
      .makeUnaryRequest(
        `/${service}/${name}`,
        bytes.serialize,
        bytes.deserialize,
        body,
        metadata,
        {},
        (failed, value?: Buffer) => {
          error = failed;
          answer = value;
        },
      )
      .on('status', ({ metadata: trailers }) => setImmediate(() => resolve({ error, answer, trailers })));
  });

export const bidirectional = (client: EchoClient, name: string, metadata: Metadata, service = 'demo.Echo') =>
  client.makeBidiStreamRequest(`/${service}/${name}`, bytes.serialize, bytes.deserialize, metadata);
