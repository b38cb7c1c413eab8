import type { GuardMode } from '@gatehouse/contracts';
import type { Exchange } from '../request/exchange.js';
import type { Inspection } from '../request/inspection.js';
import { readBody } from '../request/read-body.js';
import { refusal, type Refusal } from '../request/refusal.js';
import { jsonFlaw } from './json-bounds.js';
import type { JsonBoundsSpec, PayloadSpec } from './payload-spec.js';

const JSON_TYPE = /^application\/(?:[\w.!#$&^-]+\+)?json\s*(?:;|$)/i;
const invalid = refusal('json-invalid', 'The body says it is JSON and is not.');
const encoded = refusal('media-type-unsupported', 'Send JSON as it is: without Content-Encoding.');

/** Keeps JSON bodies within a route's bounds. While it only detects, all of them go on. */
class JsonInspection implements Inspection {
  readonly name = 'json';

  constructor(
    private readonly mode: GuardMode,
    private readonly bounds: JsonBoundsSpec,
  ) {}

  async inspect(exchange: Exchange): Promise<Refusal | undefined> {
    const { headers } = exchange.request;
    if (!exchange.hasBody || !JSON_TYPE.test(headers['content-type'] ?? '')) return undefined;
    const refused = isEncoded(headers['content-encoding']) ? encoded : await this.read(exchange);
    if (refused) exchange.note('payload-json');
    return this.mode === 'block' ? refused : undefined;
  }

  private async read(exchange: Exchange): Promise<Refusal | undefined> {
    const unread = await readBody(exchange, this.bounds.maxBytes);
    if (unread || !exchange.wholeBody) return unread;
    const flaw = jsonFlaw(exchange.wholeBody, this.bounds);
    if (flaw !== undefined) return refusal('payload-refused', flaw);
    return isJson(exchange.wholeBody) ? undefined : invalid;
  }
}

/** The inspection of one route; none where it has nothing to say. */
export const jsonInspections = ({ mode, json }: PayloadSpec): Inspection[] =>
  json && mode !== 'off' ? [new JsonInspection(mode, json)] : [];

const isEncoded = (encoding: string | undefined): boolean =>
  encoding !== undefined && encoding.trim().toLowerCase() !== 'identity';

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** RFC 8259 §8.1: in UTF-8, without a byte order mark. */
function isJson(text: Buffer): boolean {
  try {
    JSON.parse(utf8.decode(text));
    return true;
  } catch {
    return false;
  }
}
