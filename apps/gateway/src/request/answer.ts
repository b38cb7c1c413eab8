import type { IncomingHttpHeaders, OutgoingHttpHeader, OutgoingHttpHeaders } from 'node:http';
import type { Socket } from 'node:net';
import type { Readable } from 'node:stream';

/** A request as it came, whatever the version of HTTP. */
export interface InboundRequest extends Readable {
  readonly httpVersion: string;
  readonly method?: string | undefined;
  readonly url?: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly rawHeaders: string[];
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
