import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** What a test says of the next answers. */
export interface Said {
  status?: number;
  headers?: Record<string, string | string[]>;
  /** Absent: the number of the request. */
  body?: string;
  /** The connection breaks instead. */
  breaks?: boolean;
  /** Comes first and by itself; the body comes, or does not, when the test says so. */
  begin?: string;
  /** Instead of a body: so much that cannot be compressed, of no announced length. */
  noiseBytes?: number;
}

/** Does not repeat itself within what compressors look back at. */
const NOISE = randomBytes(1024 * 1024);

/** An API whose answers a test writes, and that counts who asks. */
export class Cacheable {
  said: Said = {};
  readonly asked: { method: string; url: string; headers: IncomingHttpHeaders }[] = [];
  /** Who waits until {@link release}. */
  private held: (() => void)[] | undefined;
  /** Answers that have begun. */
  private begun: { response: ServerResponse; rest: string }[] = [];
  private readonly server: Server;

  private constructor() {
    this.server = createServer((request, response) => {
      const { method = '', url = '', headers } = request;
      this.asked.push({ method, url, headers });
      request.resume();
      const answer = () => this.answer(response, this.asked.length);
      if (this.held) this.held.push(answer);
      else answer();
    });
    this.server.keepAliveTimeout = 600_000;
  }

  static async start(): Promise<Cacheable> {
    const upstream = new Cacheable();
    await new Promise<void>((resolve) => upstream.server.listen(0, '127.0.0.1', resolve));
    return upstream;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** From now on requests wait. */
  hold(): void {
    this.held = [];
  }

  release(): void {
    const held = this.held ?? [];
    this.held = undefined;
    for (const answer of held) answer();
  }

  /** Lets the request go on that came last. */
  releaseLast(): void {
    this.held?.pop()?.();
  }

  /** Goes on with what has begun. */
  finish(): void {
    for (const { response, rest } of this.begun.splice(0)) response.end(rest);
  }

  /** Leaves off what has begun. */
  breakOff(): void {
    for (const { response } of this.begun.splice(0)) response.destroy();
  }

  /** How often it was asked for a path. */
  times(url: string): number {
    return this.asked.filter((one) => one.url === url).length;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private answer(response: ServerResponse, count: number): void {
    const { status = 200, headers = {}, body = `${count}`, begin, noiseBytes, breaks } = this.said;
    if (breaks) return void response.destroy();
    if (begin !== undefined) {
      this.begun.push({ response, rest: body });
      return void response.writeHead(status, headers).write(begin);
    }
    if (noiseBytes !== undefined)
      return void pipeline(Readable.from(noise(noiseBytes)), response.writeHead(status, headers)).catch(
        () => {},
      );
    const hasLength = status !== 304 && headers['transfer-encoding'] === undefined;
    const length = hasLength ? { 'content-length': Buffer.byteLength(body) } : {};
    response.writeHead(status, { ...headers, ...length }).end(status === 304 ? undefined : body);
  }
}

function* noise(bytes: number): Generator<Buffer> {
  for (let sent = 0; sent < bytes; sent += 65_536) {
    const at = sent % NOISE.length;
    yield NOISE.subarray(at, at + 65_536);
  }
}
