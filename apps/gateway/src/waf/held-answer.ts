import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher } from 'undici';
import { Pace } from '../cache/pace.js';
import { refusal } from '../request/refusal.js';
import { UpstreamRefused } from '../upstream/upstream-refused.js';
import type { AnswerSample } from './answer-sample.js';
import { SampledAnswer } from './sampled-answer.js';
import type { Verdict } from './thread-messages.js';

const leak = refusal(
  'answer-refused',
  'The answer of the upstream says more than it should. Give the request id to the operator.',
);
const hidden = refusal(
  'answer-refused',
  'The answer of the upstream is compressed although nobody asked for it, so that it cannot be looked at.',
);
const unavailable = refusal(
  'waf-unavailable',
  'The answer cannot be looked at now. What was asked may have been done.',
  ['retry-after', '1'],
);

/** What is known of an answer that the client sees nothing of yet. */
interface Held {
  readonly sample: AnswerSample;
  readonly pace: Pace;
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly pieces: Buffer[];
  isLookedAt: boolean;
  trailers: IncomingHttpHeaders | undefined;
}

/** An answer of which the client gets nothing before the engine has looked at its beginning. */
export class HeldAnswer extends SampledAnswer {
  private held: Held | undefined;
  private pace: Pace | undefined;
  private isOver = false;

  override onResponseStart(
    controller: Dispatcher.DispatchController,
    status: number,
    headers: IncomingHttpHeaders,
  ): void {
    const sample = this.sample(status, headers);
    if (!sample) return super.onResponseStart(controller, status, headers);
    this.pace = new Pace(controller);
    const { pace } = this;
    this.held = { sample, pace, status, headers, pieces: [], isLookedAt: false, trailers: undefined };
  }

  override onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.isOver) return;
    const { held } = this;
    if (!held) return super.onResponseData(this.pace ?? controller, chunk);
    held.pieces.push(chunk);
    if (held.isLookedAt || !held.sample.add(chunk)) return;
    controller.pause(); // what comes meanwhile is not held
    this.look(held);
  }

  override onResponseEnd(controller: Dispatcher.DispatchController, trailers: IncomingHttpHeaders): void {
    if (this.isOver) return;
    const { held } = this;
    if (!held) return super.onResponseEnd(this.pace ?? controller, trailers);
    held.trailers = trailers;
    if (!held.isLookedAt) this.look(held);
  }

  override onResponseError(controller: Dispatcher.DispatchController, error: Error): void {
    if (this.isOver) return;
    this.isOver = true;
    this.held?.sample.release();
    this.held = undefined;
    super.onResponseError(controller, error);
  }

  private look(held: Held): void {
    held.isLookedAt = true;
    void held.sample.look().then((verdict) => this.decide(held, verdict));
  }

  private decide(held: Held, verdict: Verdict | undefined): void {
    if (this.isOver) return;
    this.held = undefined;
    if (verdict?.isAttack === false) return this.handOn(held);
    this.isOver = true;
    const refused = new UpstreamRefused(verdict ? leak : held.sample.isEncoded ? hidden : unavailable);
    super.onResponseError(held.pace, refused);
    held.pace.abort(refused);
  }

  private handOn({ pace, status, headers, pieces, trailers }: Held): void {
    super.onResponseStart(pace, status, headers);
    for (const piece of pieces) super.onResponseData(pace, piece);
    if (trailers) super.onResponseEnd(pace, trailers);
    else pace.hold();
  }
}
