import type { Connection } from '../transport/connection.js';
import type { Upgrade } from '../transport/web-socket/upgrade.js';
import type { Answer, InboundBody, InboundRequest } from './answer.js';
import type { RequestHead } from './request-head.js';

/** A request that has come, and the way back. */
export interface Arrival {
  readonly request: InboundRequest;
  /** Flat list of names and values, as HTTP/1.1 would have them. */
  readonly headers: readonly string[];
  /** The same, where it was read before: not to be changed, others have it too. */
  readonly head?: RequestHead | undefined;
  /** Whole where it came with the head; `undefined`: none can come. */
  readonly body: InboundBody | Buffer | undefined;
  readonly response: Answer;
  readonly connection: Connection;
  /** The client asks for a WebSocket. */
  readonly upgrade?: Upgrade | undefined;
}
