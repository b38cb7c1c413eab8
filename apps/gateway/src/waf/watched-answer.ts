import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher } from 'undici';
import type { AnswerSample } from './answer-sample.js';
import { SampledAnswer } from './sampled-answer.js';

/** An answer that the client gets as it comes; its end waits for what the engine says, which belongs into the record. */
export class WatchedAnswer extends SampledAnswer {
  private shown: AnswerSample | undefined;
  private looking: Promise<unknown> | undefined;

  override onResponseStart(
    controller: Dispatcher.DispatchController,
    status: number,
    headers: IncomingHttpHeaders,
  ): void {
    this.shown = this.sample(status, headers);
    super.onResponseStart(controller, status, headers);
  }

  override onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.shown && !this.looking && this.shown.add(chunk)) this.looking = this.shown.look();
    super.onResponseData(controller, chunk);
  }

  override onResponseEnd(controller: Dispatcher.DispatchController, trailers: IncomingHttpHeaders): void {
    if (!this.shown) return super.onResponseEnd(controller, trailers);
    this.looking ??= this.shown.look();
    void this.looking.then(() => super.onResponseEnd(controller, trailers));
  }

  override onResponseError(controller: Dispatcher.DispatchController, error: Error): void {
    this.shown?.release();
    super.onResponseError(controller, error);
  }
}
