import {
  type Api,
  type BodyRule,
  type Operation,
  QueryPairs,
  type SchemaCheck,
  essenceOf,
  isJson,
  mediaFor,
  violationsOf,
} from '@gatehouse/openapi';
import type { Exchange } from '../request/exchange.js';
import type { Inspection } from '../request/inspection.js';
import { readBody } from '../request/read-body.js';
import type { Refusal } from '../request/refusal.js';
import { jsonOf } from '../transform/json-text.js';
import {
  bodyEncoded,
  jsonInvalid,
  mediaUnknown,
  methodUnknown,
  operationUnknown,
  requestInvalid,
} from './api-refusals.js';
import { type OpenApiSpec, pathBehind } from './openapi-spec.js';

/** Of a larger body the first mistake alone is told. */
const LARGEST_LISTED_BYTES = 16 * 1024;

/** Checks the requests of a route against the document of its API. */
export class OpenApiInspection implements Inspection {
  readonly name = 'openapi';

  /** @param base stands before every path of the document. */
  constructor(
    private readonly api: Api,
    private readonly spec: OpenApiSpec,
    private readonly base: string,
  ) {}

  async inspect(exchange: Exchange): Promise<Refusal | undefined> {
    const refused = await this.refusalOf(exchange);
    if (refused) exchange.note(`openapi-${refused.code}`);
    return this.spec.mode === 'refuse' ? refused : undefined;
  }

  private async refusalOf(exchange: Exchange): Promise<Refusal | undefined> {
    const { path, target, method, request } = exchange;
    const rest = pathBehind(this.base, path);
    const match = rest === undefined ? undefined : this.api.match(rest);
    const operation = match?.found.get(method);
    if (!match || !operation) {
      if (this.spec.undocumented === 'pass') return undefined;
      return match ? methodUnknown(match.found) : operationUnknown;
    }
    const query = new QueryPairs(target.slice(path.length + 1));
    const asked = { path: match.parameters, query, headers: request.headers };
    const violations = operation.parameters.flatMap((parameter) => parameter.check(asked));
    if (violations.length > 0) return requestInvalid(violations);
    // Who only asks about a request carries its body itself.
    return exchange.isQuestion ? undefined : this.bodyRefusal(exchange, operation);
  }

  private async bodyRefusal(exchange: Exchange, { body }: Operation): Promise<Refusal | undefined> {
    if (!exchange.hasBody) return body?.isRequired ? requestInvalid([MISSING]) : undefined;
    return body ? this.contentRefusal(exchange, body) : requestInvalid([UNASKED]);
  }

  private async contentRefusal(exchange: Exchange, body: BodyRule): Promise<Refusal | undefined> {
    const { headers } = exchange.request;
    const essence = essenceOf(headers['content-type'] ?? '');
    const media = mediaFor(body, essence);
    if (!media) return mediaUnknown(body);
    if (!media.schema || !isJson(essence)) return undefined;
    if ((headers['content-encoding'] ?? 'identity') !== 'identity') return bodyEncoded;
    const unread = await readBody(exchange, this.spec.maxBodyBytes);
    const { wholeBody } = exchange;
    return unread ?? (wholeBody && jsonRefusal(wholeBody, media.schema));
  }
}

const MISSING = { field: '/body', rule: 'is required', fix: 'Send a body.' };
const UNASKED = { field: '/body', rule: 'is not taken', fix: 'Send the request without a body.' };
const DEEP = { field: '/body', rule: 'is nested too deep', fix: 'Send it flatter.' };

function jsonRefusal(body: Buffer, schema: SchemaCheck): Refusal | undefined {
  const json = jsonOf(body);
  if (!json) return jsonInvalid;
  try {
    const isListed = body.length <= LARGEST_LISTED_BYTES;
    const errors = isListed ? schema.all(json.value) : schema.first(json.value);
    return errors.length > 0 ? requestInvalid(violationsOf(errors, '/body')) : undefined;
  } catch (error) {
    // A schema that refers to itself follows the value as deep as it goes.
    if (error instanceof RangeError) return requestInvalid([DEEP]);
    throw error;
  }
}
