import type { IncomingHttpHeaders } from 'node:http';
import type { Call, Send, SentRequest } from '../upstream/send.js';
import { textOf } from '../upstream/text-of.js';
import { wholeAnswerHeaders } from '../upstream/whole-answer.js';
import { AnswerSample } from './answer-sample.js';
import { HeldAnswer } from './held-answer.js';
import type { RuleSet } from './rule-set.js';
import type { LookBounds, WafEngine } from './waf-engine.js';
import type { WafAnswersSpec } from './waf-spec.js';
import { WatchedAnswer } from './watched-answer.js';

/** What {@link AnswerInspection} needs. */
export interface AnswerInspectionOptions {
  readonly spec: Pick<WafAnswersSpec, 'mode' | 'bodyBytes'>;
  readonly ruleSet: RuleSet;
  readonly engine: Pick<WafEngine, 'look'>;
  readonly bounds: LookBounds;
}

/** RFC 9110 §6.4.1. */
const WITHOUT_BODY = new Set([204, 205, 304]);
/** What people or programs read as text. Events come for as long as they like, and pictures leak nothing that rules know. */
const READABLE =
  /^(?:$|text\/(?!event-stream)|application\/(?:[a-z0-9.-]+\+)?(?:json|xml)$|application\/(?:x-)?javascript$)/;

/** Lets the engine look at the answers of a route's upstream: before the client sees any of it, or while it does. */
export class AnswerInspection {
  constructor(private readonly options: AnswerInspectionOptions) {}

  /** Sends a request on whose answer is looked at. */
  around({ exchange, send }: Pick<Call, 'exchange' | 'send'>): Send {
    const Answer = this.options.spec.mode === 'block' ? HeldAnswer : WatchedAnswer;
    return (request, handler) =>
      send(
        { ...request, headers: wholeAnswerHeaders(request.headers) },
        new Answer((status, headers) => this.sampleOf(exchange, request, status, headers), handler),
      );
  }

  /** @returns `undefined` where there is nothing to look at. */
  private sampleOf(
    exchange: Call['exchange'],
    { method, path }: SentRequest,
    status: number,
    headers: IncomingHttpHeaders,
  ): AnswerSample | undefined {
    const [type = ''] = textOf(headers['content-type']).split(';');
    if (method === 'HEAD' || WITHOUT_BODY.has(status) || !READABLE.test(type.trim().toLowerCase()))
      return undefined;
    return new AnswerSample(this.options, exchange, { method, target: path, status, headers });
  }
}
