import { essenceOf, isJson } from '@gatehouse/openapi';
import { bodyEncoded, jsonInvalid } from '../openapi/api-refusals.js';
import type { Exchange } from '../request/exchange.js';
import type { Inspection } from '../request/inspection.js';
import { readBody } from '../request/read-body.js';
import type { Refusal } from '../request/refusal.js';
import { PathPattern } from '../routes/path-pattern.js';
import type { RouteSpec } from '../routes/route-spec.js';
import { JsonEdits } from './json-edits.js';
import { editedJson } from './json-text.js';

/** They are about bytes that do not go on (RFC 9530, RFC 1864). */
export const DIGESTS: ReadonlySet<string> = new Set([
  'content-digest',
  'repr-digest',
  'digest',
  'content-md5',
]);

/** Changes the JSON bodies of a route's requests, after all that looks at them as the client sent them. */
class BodyTransform implements Inspection {
  readonly name = 'transform';

  constructor(
    private readonly edits: JsonEdits,
    private readonly maxBytes: number,
  ) {}

  async inspect(exchange: Exchange): Promise<Refusal | undefined> {
    const { headers } = exchange.request;
    if (!exchange.hasBody || !isJson(essenceOf(headers['content-type'] ?? ''))) return undefined;
    if ((headers['content-encoding'] ?? 'identity') !== 'identity') return bodyEncoded;
    const unread = await readBody(exchange, this.maxBytes);
    const { wholeBody, holder } = exchange;
    if (unread || !wholeBody || !holder) return unread;
    const made = editedJson(wholeBody, (value) => this.edits.apply(value, exchange, holder));
    if (!made) return jsonInvalid;
    if (made.isChanged) replaceBody(exchange, made.text);
    return undefined;
  }
}

function replaceBody(exchange: Exchange, body: Buffer): void {
  const head = exchange.ownHead();
  exchange.wholeBody = body;
  head.contentLength = body.length;
  head.chunked = false;
  for (let i = head.forward.length - 2; i >= 0; i -= 2)
    if (DIGESTS.has(head.forward[i]!.toLowerCase())) head.forward.splice(i, 2);
}

/** The inspection of one route; none where it changes no bodies. */
export function bodyTransforms({ transform, path }: RouteSpec): Inspection[] {
  const { body, maxBodyBytes } = transform?.request ?? {};
  return body && maxBodyBytes !== undefined
    ? [new BodyTransform(new JsonEdits(body, new PathPattern(path)), maxBodyBytes)]
    : [];
}
