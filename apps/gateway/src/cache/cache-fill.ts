import type { IncomingHttpHeaders } from 'node:http';
import type { CacheSpec } from '@gatehouse/contracts';
import type { Dispatcher } from 'undici';
import { PassedAnswer } from '../upstream/passed-answer.js';
import type { Asked } from './asked.js';
import { type Forwarded, forwardedStatus, withStatus } from './cache-status.js';
import type { CacheStore, Filling } from './cache-store.js';
import { CachedAnswer } from './cached-answer.js';
import { Collected } from './collected.js';
import type { Kept } from './collapsing.js';
import { Pace } from './pace.js';
import { storable } from './storable.js';

/** What an answer is broken off with that a kept one stands in for. */
const NOT_NEEDED = new Error('a kept answer stands in');

/** RFC 5861 §4. */
const FAILURES = new Set([500, 502, 503, 504]);

/** What {@link CacheFill} needs. */
export interface FillOptions {
  readonly asked: Asked;
  readonly spec: CacheSpec;
  readonly store: CacheStore;
  readonly why: Forwarded;
  /** What is kept and had to be asked about. */
  readonly known: CachedAnswer | undefined;
  /** The upstream is asked whether {@link known} still holds, and nothing else. */
  readonly isValidating: boolean;
  /** Whether {@link known} may be used if the upstream fails. */
  readonly mayStandIn: boolean;
  /** Answers the client with what is kept. */
  readonly replay: (answer: CachedAnswer, how: 'revalidated' | 'stale', status: string) => void;
  /** Told when the upstream's own answer goes to the client. */
  readonly onAnswer: () => void;
  /** Told once, as soon as it is clear whether an answer is kept. */
  readonly onSettled: (kept: Kept) => void;
}

/** An answer on its way to the client that is kept if it may be. */
export class CacheFill extends PassedAnswer {
  private readonly filling: Filling;
  private collected: Collected | undefined;
  private pace: Pace | undefined;
  private hasBegun = false;
  private isSettled = false;
  /** The client has its answer, from what was kept. */
  private isAnswered = false;

  constructor(
    private readonly options: FillOptions,
    next: Dispatcher.DispatchHandler,
  ) {
    super(next);
    this.filling = options.store.begin(options.asked);
  }

  override onResponseStart(
    controller: Dispatcher.DispatchController,
    status: number,
    headers: IncomingHttpHeaders,
  ): void {
    if (status < 200) return super.onResponseStart(controller, status, headers);
    const { known, isValidating, mayStandIn, why, store } = this.options;
    this.hasBegun = true;
    if (known && isValidating && status === 304) return this.renew(known, headers);
    if (known && mayStandIn && FAILURES.has(status)) {
      this.standIn(known, `fwd-status=${status}`);
      return controller.abort(NOT_NEEDED);
    }
    const fit = this.filling.isVoid ? undefined : this.fitOf(status, headers);
    if (fit) {
      this.collected = fit;
      this.pace = new Pace(controller);
    } else {
      // A failure, or a 304 to what the client asked by itself, says nothing of what is kept.
      const saysNothing = status >= 500 || status === 304;
      if (known && !saysNothing) store.drop(known);
      this.settle(saysNothing ? 'failed' : 'unfit');
    }
    this.options.onAnswer();
    const details = fit?.isSureToFit ? ['stored'] : [];
    const noted = withStatus(headers, forwardedStatus(why, ...details));
    super.onResponseStart(this.pace ?? controller, status, noted);
  }

  override onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.isAnswered) return;
    if (this.collected && !this.collected.add(chunk)) {
      this.collected = undefined;
      this.pace?.hold();
      this.settle('unfit');
    }
    super.onResponseData(this.pace ?? controller, chunk);
  }

  override onResponseEnd(controller: Dispatcher.DispatchController, trailers: IncomingHttpHeaders): void {
    if (this.isAnswered) return;
    const { store, asked } = this.options;
    const answer = Object.keys(trailers).length > 0 ? undefined : this.collected?.answer();
    if (answer && !this.filling.isVoid) store.put(answer, asked);
    super.onResponseEnd(controller, trailers);
    this.settle(answer ? 'kept' : 'unfit');
  }

  override onResponseError(controller: Dispatcher.DispatchController, error: Error): void {
    if (this.isAnswered) return;
    const { known, mayStandIn } = this.options;
    if (known && mayStandIn && !this.hasBegun) return this.standIn(known);
    this.settle('failed');
    super.onResponseError(controller, error);
  }

  private fitOf(status: number, headers: IncomingHttpHeaders): Collected | undefined {
    const { asked, spec, store } = this.options;
    const fit = storable(asked, status, headers, spec);
    if (!fit || Number(headers['content-length'] ?? 0) > spec.maxEntryBytes) return undefined;
    return new Collected({ asked, fit, status, headers, store, maxBytes: spec.maxEntryBytes });
  }

  /** The upstream says that what is kept still holds. */
  private renew(known: CachedAnswer, said: IncomingHttpHeaders): void {
    const { asked, spec, store, why, replay } = this.options;
    this.isAnswered = true;
    const headers = known.updatedBy(said);
    const fit = storable(asked, known.status, headers, spec);
    store.drop(known);
    const renewed = fit && new CachedAnswer(asked, fit, known.status, headers, known.body);
    if (renewed && !this.filling.isVoid) store.put(renewed, asked);
    replay(renewed ?? known, 'revalidated', forwardedStatus(why, 'fwd-status=304'));
    this.settle(renewed ? 'kept' : 'unfit');
  }

  private standIn(known: CachedAnswer, ...details: string[]): void {
    const { why, replay } = this.options;
    this.isAnswered = true;
    replay(known, 'stale', forwardedStatus(why, ...details, 'detail=stale-if-error'));
    this.settle('failed');
  }

  private settle(kept: Kept): void {
    if (this.isSettled) return;
    this.isSettled = true;
    this.collected?.release();
    this.options.store.end(this.filling);
    this.options.onSettled(kept);
  }
}
