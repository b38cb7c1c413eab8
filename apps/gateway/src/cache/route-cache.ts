import type { CacheOutcome, CacheSpec } from '@gatehouse/contracts';
import type { Dispatcher } from 'undici';
import type { Exchange } from '../request/exchange.js';
import { refusals } from '../request/refusals.js';
import type { Call } from '../upstream/send.js';
import { type Asked, withoutFields } from './asked.js';
import type { Asking } from './asking.js';
import { CacheFill, type FillOptions } from './cache-fill.js';
import { type Forwarded, forwardedStatus, hitStatus, NotedAnswer } from './cache-status.js';
import type { CacheStore } from './cache-store.js';
import type { CachedAnswer } from './cached-answer.js';
import type { Collapsing, Kept } from './collapsing.js';
import { replay } from './replay.js';

/** RFC 9110 §13.1: about what the client has. */
const CONDITIONS = new Set(['if-none-match', 'if-modified-since']);
/** What is not worked out from what is kept. */
const UNSERVED = ['range', 'if-range', 'if-match', 'if-unmodified-since'];
/** Refreshes under way that no client waits for. */
const MAX_REFRESHES = 256;

/** The part that the cache had in an answer; `collapsed`: another request brought it. */
export type CachePart = CacheOutcome | 'collapsed';

/** What {@link RouteCache} needs. */
export interface RouteCacheOptions {
  readonly spec: CacheSpec;
  readonly asking: Asking;
  readonly store: CacheStore;
  readonly collapsing: Collapsing;
  readonly count: (part: CachePart) => void;
}

/** The cache as one route uses it. */
export class RouteCache {
  private refreshes = 0;

  constructor(private readonly options: RouteCacheOptions) {}

  /** Answers a GET or HEAD, from what is kept or from the upstream. */
  answer(call: Call): void {
    const asked = this.options.asking.of(call);
    if (call.exchange.hasBody || UNSERVED.some((name) => name in asked.headers))
      return this.pass(call, 'bypass', 'bypass');
    if (asked.headers['cache-control']?.includes('no-store')) return this.pass(call, 'request', 'bypass');
    const { answer, hasOthers } = this.options.store.find(asked);
    const use = answer?.useFor(asked.headers);
    if (answer && use === 'fresh') return this.hit(call, asked, answer, 'hit');
    if (answer && use === 'stale-while-revalidate') {
      this.hit(call, asked, answer, 'stale');
      return this.refresh(call, asked, answer);
    }
    if (asked.headers['cache-control']?.includes('only-if-cached')) return this.refuse(call.exchange);
    const why = use === 'stale' ? 'stale' : answer ? 'request' : hasOthers ? 'vary-miss' : 'uri-miss';
    this.fetch(call, asked, answer, why);
  }

  private hit(
    { exchange, handler }: Call,
    { headers }: Asked,
    answer: CachedAnswer,
    outcome: CachePart,
    status = hitStatus(answer.ttl),
  ): void {
    this.note(exchange, outcome);
    replay(answer, exchange.method, headers, status, handler);
    if (outcome === 'hit') exchange.upstreamMs = 0;
  }

  /** Sends it on as it is. */
  private pass({ exchange, request, send, handler }: Call, why: Forwarded, outcome: CachePart): void {
    send(request, new NotedAnswer(forwardedStatus(why), () => this.note(exchange, outcome), handler));
  }

  private fetch(call: Call, asked: Asked, known: CachedAnswer | undefined, why: Forwarded): void {
    if (call.exchange.method === 'HEAD') return this.pass(call, why, 'miss');
    const key = `${asked.uri} ${asked.share}`;
    // A 304 would be of use to this client alone, and who wants the upstream to be asked gets no answer to another.
    const isOwn = why === 'request' || (isConditional(asked) && !known?.validators.length);
    const part = isOwn
      ? 'alone'
      : this.options.collapsing.join(key, () => this.afterWaiting(call, asked, why, key));
    if (part !== 'waits') this.askUpstream(call, { asked, known, why, key, leads: part === 'leads' });
  }

  private afterWaiting(call: Call, asked: Asked, why: Forwarded, key: string): void {
    if (call.exchange.finished) return; // the client left
    const { answer } = this.options.store.find(asked);
    const use = answer?.useFor(asked.headers);
    if (answer && (use === 'fresh' || use === 'stale-while-revalidate'))
      this.hit(call, asked, answer, 'collapsed', forwardedStatus(why, 'collapsed'));
    else this.askUpstream(call, { asked, known: answer, why, key, leads: false });
  }

  /** Renews what is still in use, while nobody waits for it (RFC 5861 §3). */
  private refresh(call: Call, asked: Asked, known: CachedAnswer): void {
    const key = `${asked.uri} ${asked.share}`;
    if (this.refreshes >= MAX_REFRESHES || !this.options.collapsing.lead(key)) return;
    this.refreshes++;
    const client = { ...NOBODY, onSettled: () => this.refreshes-- };
    // The whole of it is wanted, whatever this client asked for.
    const headers = withoutFields(call.request.headers, CONDITIONS);
    const whole = { ...call, request: { ...call.request, method: 'GET' as const, headers } };
    this.askUpstream(whole, { asked, known, why: 'stale', key, leads: true }, client);
  }

  private askUpstream(call: Call, plan: Plan, client = this.clientOf(call, plan.asked)): void {
    const { asked, known, why, key, leads } = plan;
    const { spec, store, collapsing } = this.options;
    const validators = known?.validators ?? [];
    const isValidating = validators.length > 0;
    const { handler, onAnswer, replay: answerWith } = client;
    const mayStandIn = why === 'stale' && !wantsUpstream(asked) && (known?.mayStandIn ?? false);
    const onSettled = (kept: Kept) => {
      collapsing.learn(key, kept);
      if (leads) collapsing.settle(key);
      client.onSettled();
    };
    const { request } = call;
    const headers = isValidating
      ? [...withoutFields(request.headers, CONDITIONS), ...validators]
      : request.headers;
    const options = { asked, spec, store, why, known, isValidating, mayStandIn, onAnswer, onSettled };
    call.send({ ...request, headers }, new CacheFill({ ...options, replay: answerWith }, handler));
  }

  private clientOf(call: Call, asked: Asked): Client {
    return {
      handler: call.handler,
      onAnswer: () => this.note(call.exchange, 'miss'),
      replay: (answer, outcome, status) => this.hit(call, asked, answer, outcome, status),
      onSettled() {},
    };
  }

  /** RFC 9111 §5.2.1.7. */
  private refuse(exchange: Exchange): void {
    this.note(exchange, 'miss');
    exchange.refuse(refusals.notCached);
  }

  private note(exchange: Exchange, outcome: CachePart): void {
    exchange.cache = outcome === 'collapsed' ? 'hit' : outcome;
    this.options.count(outcome);
  }
}

/** Who gets the answer. */
interface Client extends Pick<FillOptions, 'onAnswer' | 'replay'> {
  readonly handler: Dispatcher.DispatchHandler;
  readonly onSettled: () => void;
}

const NOBODY: Client = { handler: {}, onAnswer() {}, replay() {}, onSettled() {} };

interface Plan {
  readonly asked: Asked;
  /** What is kept and cannot be used as it is. */
  readonly known: CachedAnswer | undefined;
  readonly why: Forwarded;
  readonly key: string;
  /** Others wait for it. */
  readonly leads: boolean;
}

const wantsUpstream = ({ headers }: Asked): boolean =>
  `${headers['cache-control']} ${headers['pragma']}`.includes('no-cache');

const isConditional = ({ headers }: Asked): boolean =>
  headers['if-none-match'] !== undefined || headers['if-modified-since'] !== undefined;
