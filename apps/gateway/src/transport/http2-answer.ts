import type { OutgoingHttpHeader, OutgoingHttpHeaders } from 'node:http';
import { constants, type Http2ServerResponse, type ServerHttp2Stream } from 'node:http2';
import type { Answer } from '../request/answer.js';
import type { PassedFields } from '../upstream/passed-fields.js';
import { AnswerPace } from './pace/paced-answer.js';
import type { SlowClients } from './pace/slow-clients.js';

/** An answer over HTTP/2 that is written like one over HTTP/1.1. */
export class Http2Answer implements Answer {
  /** The response forgets it when it is closed. */
  private readonly stream: ServerHttp2Stream;
  private readonly pace: AnswerPace;
  private hasBegun = false;

  constructor(
    private readonly response: Http2ServerResponse,
    slowClients: SlowClients,
  ) {
    const { stream } = response;
    this.stream = stream;
    this.pace = new AnswerPace(this, slowClients);
    // The rest of a body that nobody reads is not wanted (RFC 9113 §8.1).
    if (!stream.endAfterHeaders)
      stream.once('finish', () => {
        if (this.hasBegun && !stream.readableEnded) stream.close(constants.NGHTTP2_NO_ERROR);
      });
  }

  get headersSent(): boolean {
    return this.hasBegun;
  }

  get destroyed(): boolean {
    return this.stream.destroyed;
  }

  get writableLength(): number {
    return this.stream.writableLength;
  }

  get writableEnded(): boolean {
    return this.response.writableEnded;
  }

  writeHead(status: number, headers: OutgoingHttpHeader[]): this {
    for (let i = 0; i < headers.length; i += 2) {
      const name = String(headers[i]);
      // There is no connection to close (RFC 9113 §8.2.2): the stream ends, the others go on.
      if (name !== 'connection') this.response.appendHeader(name, String(headers[i + 1]));
    }
    this.response.statusCode = status;
    this.hasBegun = true;
    return this;
  }

  begin(status: number, own: readonly string[], passed: PassedFields): void {
    this.writeHead(status, [...own, ...passed.list]);
  }

  setHeader(name: string, value: string): void {
    this.response.setHeader(name, value);
  }

  /** Not earlier: an answer without a body is one frame, as gRPC asks of its refusals. */
  flushHeaders(): void {
    if (!this.response.headersSent && !this.stream.destroyed)
      this.response.writeHead(this.response.statusCode);
  }

  writeContinue(): void {
    this.response.writeContinue();
  }

  write(chunk: Buffer): boolean {
    const isTaken = this.response.write(chunk);
    this.pace.wrote(chunk.length);
    return isTaken;
  }

  addTrailers(trailers: OutgoingHttpHeaders): void {
    this.response.addTrailers(trailers);
  }

  end(chunk?: Buffer | string): void {
    if (chunk === undefined) this.response.end();
    else this.response.end(chunk);
    this.pace.wrote(0);
  }

  /** Half an answer must not pass for a whole one. */
  destroy(): void {
    this.stream.close(constants.NGHTTP2_INTERNAL_ERROR);
  }

  reset(): void {
    this.destroy();
  }

  once(event: 'close' | 'drain', listener: () => void): void {
    if (event === 'close') this.stream.once('close', listener);
    else this.response.once('drain', listener);
  }

  off(event: 'close' | 'drain', listener: () => void): void {
    this.stream.off(event, listener);
    this.response.off(event, listener);
  }
}
