import type { IncomingHttpHeaders } from 'node:http';
import type { Duplex } from 'node:stream';

/** What a WebSocket is spoken on: a connection of HTTP/1.1, or a stream of HTTP/2. */
export type UpgradedClient = Duplex & { setTimeout(ms: number, onIdle: () => void): unknown };

/** A client that asks for a WebSocket. */
export interface Upgrade {
  readonly client: UpgradedClient;
  /** What came behind the request. */
  readonly early: Buffer;
  /** What an upstream of HTTP/1.1 has to show that it has read (RFC 6455 §4.2.2). */
  readonly key: string;
  /**
   * Says that the client has it, and takes the client from HTTP.
   * @param headers of the upstream's answer.
   * @returns the status that it was said with.
   */
  accept(headers: IncomingHttpHeaders, requestId: string): number;
  /** Ends it at once. */
  cutOff(): void;
}
