import type { IncomingHttpHeaders, OutgoingHttpHeader, OutgoingHttpHeaders } from 'node:http';
import type { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import type { PassedFields } from '../upstream/passed-fields.js';

/** The head of a request as it came, whatever the version of HTTP. */
export interface InboundRequest {
  readonly httpVersion: string;
  readonly method?: string | undefined;
  readonly url?: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly rawHeaders: string[];
}

/** The body of a request, as it comes. */
export interface InboundBody extends Readable {
  /** All of it has come, whoever has read it. */
  readonly complete: boolean;
  readonly socket: Socket;
}

/** The answer to it: what Node's ServerResponse does, as far as the gateway uses it. */
export interface Answer {
  readonly headersSent: boolean;
  readonly destroyed: boolean;
  readonly writableEnded: boolean;
  /** @param headers flat list of names and values. */
  writeHead(status: number, headers: OutgoingHttpHeader[]): this;
  /**
   * The same for what an upstream answers.
   * @param own flat list of what the gateway adds.
   */
  begin(status: number, own: readonly string[], passed: PassedFields): unknown;
  setHeader(name: string, value: string): unknown;
  flushHeaders(): void;
  writeContinue(): void;
  write(chunk: Buffer): boolean;
  /** What follows the body (RFC 9110 §6.5), before {@link end}. */
  addTrailers(trailers: OutgoingHttpHeaders): void;
  end(chunk?: Buffer | string): unknown;
  /** Cuts the answer off where it is. */
  destroy(): unknown;
  once(event: 'close' | 'drain', listener: () => void): unknown;
  off(event: 'close' | 'drain', listener: () => void): unknown;
}
