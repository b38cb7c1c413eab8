import type { IncomingHttpHeaders } from 'node:http';
import type { InboundRequest } from '../../request/answer.js';
import type { PlainRequest } from './read-request.js';

/** Of these a second one is not listened to, as Node does it. */
const SINGLE = new Set([
  'age',
  'authorization',
  'content-length',
  'content-type',
  'etag',
  'expires',
  'from',
  'host',
  'if-modified-since',
  'if-unmodified-since',
  'last-modified',
  'location',
  'max-forwards',
  'proxy-authorization',
  'referer',
  'retry-after',
  'server',
  'user-agent',
]);

/** A request of the lane, as everybody else sees it. */
export class LaneRequest implements InboundRequest {
  readonly httpVersion = '1.1';
  readonly method: string;
  readonly url: string;
  readonly rawHeaders: string[];
  private byName: IncomingHttpHeaders | undefined;

  constructor({ method, target, block }: PlainRequest) {
    this.method = method;
    this.url = target;
    this.rawHeaders = block.rawHeaders;
  }

  /** By name in lower case, for those few who want it so. */
  get headers(): IncomingHttpHeaders {
    return (this.byName ??= headersByName(this.rawHeaders));
  }
}

function headersByName(rawHeaders: readonly string[]): IncomingHttpHeaders {
  const headers: IncomingHttpHeaders = Object.create(null);
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i]!.toLowerCase();
    const value = rawHeaders[i + 1]!;
    const earlier = headers[name];
    if (name === 'set-cookie') headers[name] = [...(headers[name] ?? []), value];
    else if (earlier === undefined) headers[name] = value;
    else if (!SINGLE.has(name))
      headers[name] = `${String(earlier)}${name === 'cookie' ? '; ' : ', '}${value}`;
  }
  return headers;
}
