import type { CorsSpec, DeprecationSpec } from '@gatehouse/contracts';
import { REMAINING_HEADER } from '../credits/credit-refusal.js';
import { Cors } from './cors.js';
import { deprecationHeaders } from './deprecation.js';
import type { RouteSpec } from './route-spec.js';

/** Said by the gateway alone, where it says them at all. */
const CORS_NAMES = [
  'access-control-allow-origin',
  'access-control-allow-credentials',
  'access-control-allow-methods',
  'access-control-allow-headers',
  'access-control-expose-headers',
  'access-control-max-age',
];

/** What a route adds to every answer. */
export class AnswerHeaders {
  /** Header names of the upstream that are not handed on. */
  readonly replaced: ReadonlySet<string>;
  readonly cors: Cors | undefined;
  private readonly fixed: readonly string[];

  /** @param limitPolicy `RateLimit-Policy`; empty: none. */
  constructor({ cors, deprecation, cost }: AnswerHeadersSpec, limitPolicy: string) {
    this.fixed = [
      ...(deprecation ? deprecationHeaders(deprecation) : []),
      ...(limitPolicy === '' ? [] : ['ratelimit-policy', limitPolicy]),
    ];
    this.cors = cors && new Cors(cors, this.fixed);
    this.replaced = new Set([
      ...(cors ? CORS_NAMES : []),
      ...(deprecation ? ['deprecation', 'sunset'] : []),
      ...(limitPolicy === '' ? [] : ['ratelimit', 'ratelimit-policy']),
      ...(cost === undefined ? [] : [REMAINING_HEADER]),
    ]);
  }

  /** Flat list of names and values. */
  for(origin: string | undefined): readonly string[] {
    return this.cors ? this.cors.headersFor(origin) : this.fixed;
  }
}

/** The part of a route's description that {@link AnswerHeaders} is made from. */
export interface AnswerHeadersSpec {
  readonly cors?: CorsSpec | undefined;
  readonly deprecation?: DeprecationSpec | undefined;
  /** What its requests cost of credits. */
  readonly cost?: RouteSpec['cost'];
}

/** `undefined` where a route adds nothing. */
export const answerHeadersOf = (spec: AnswerHeadersSpec, limitPolicy = ''): AnswerHeaders | undefined =>
  spec.cors || spec.deprecation || spec.cost !== undefined || limitPolicy !== ''
    ? new AnswerHeaders(spec, limitPolicy)
    : undefined;
