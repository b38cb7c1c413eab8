import type { Exchange } from '../request/exchange.js';
import type { Inspection } from '../request/inspection.js';
import { readBody } from '../request/read-body.js';
import { refusal, type Refusal } from '../request/refusal.js';
import type { LookedAtRequest } from './looked-at.js';
import type { RuleSet } from './rule-set.js';
import { noteVerdict } from './verdict-note.js';
import type { LookBounds, WafEngine } from './waf-engine.js';
import { countLook } from './waf-metrics.js';
import type { WafSpec } from './waf-spec.js';

const attack = refusal(
  'waf-refused',
  'The request is taken for an attack. If it is none, give its request id to the operator.',
);
const unavailable = refusal('waf-unavailable', 'The request cannot be looked at now. Try again.', [
  'retry-after',
  '1',
]);
/** The token is none of the engine's business. */
const WITHHELD = new Set(['authorization', 'proxy-authorization', 'dpop']);

/** What {@link WafInspection} needs. */
export interface WafInspectionOptions {
  readonly spec: Pick<WafSpec, 'mode' | 'bodyBytes'>;
  readonly ruleSet: RuleSet;
  readonly engine: Pick<WafEngine, 'look'>;
  readonly bounds: LookBounds;
  /** In which the route takes tokens beside Authorization. */
  readonly keyHeader: string | undefined;
}

/** Lets the engine look at each request of a route, head and body, before the upstream sees any of it. */
export class WafInspection implements Inspection {
  readonly name = 'waf';
  private readonly withheld: ReadonlySet<string>;

  constructor(private readonly options: WafInspectionOptions) {
    const { keyHeader } = options;
    this.withheld = keyHeader === undefined ? WITHHELD : new Set([...WITHHELD, keyHeader.toLowerCase()]);
  }

  async inspect(exchange: Exchange): Promise<Refusal | undefined> {
    const { spec, engine, ruleSet, bounds } = this.options;
    const blocks = spec.mode === 'block';
    const unread = await readBody(exchange, spec.bodyBytes);
    if (unread) exchange.note('waf-body-unread');
    if (unread && blocks) return unread;
    if (exchange.response.destroyed) return undefined; // nobody waits for it
    const verdict = await engine.look(ruleSet, this.lookedAt(exchange), bounds);
    countLook(verdict);
    noteVerdict(exchange, verdict);
    if (!blocks) return undefined;
    if (!verdict) return unavailable;
    return verdict.isAttack ? attack : undefined;
  }

  private lookedAt({
    clientAddress,
    method,
    target,
    request,
    headers,
    wholeBody,
  }: Exchange): LookedAtRequest {
    return {
      of: 'request',
      clientAddress,
      method,
      target,
      httpVersion: request.httpVersion,
      headers: headers.filter((_, i) => !this.withheld.has(headers[i - (i % 2)]!.toLowerCase())),
      body: wholeBody && new Uint8Array(wholeBody), // a Buffer would be copied with all the memory it is cut from
    };
  }
}
