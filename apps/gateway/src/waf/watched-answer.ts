import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher } from 'undici';
import { PassedAnswer } from '../upstream/passed-answer.js';
import type { AnswerSample } from './answer-sample.js';

/** An answer that the client gets as it comes; its end waits for what the engine says, which belongs into the record. */
export class WatchedAnswer extends PassedAnswer {
  private sample: AnswerSample | undefined;
  private looking: Promise<unknown> | undefined;

  /** @param sampleOf `undefined` where an answer is not looked at. */
  constructor(
    private readonly sampleOf: (status: number, headers: IncomingHttpHeaders) => AnswerSample | undefined,
    next: Dispatcher.DispatchHandler,
  ) {
    super(next);
  }

  override onResponseStart(
    controller: Dispatcher.DispatchController,
    status: number,
    headers: IncomingHttpHeaders,
  ): void {
    if (status >= 200) this.sample = this.sampleOf(status, headers);
    super.onResponseStart(controller, status, headers);
  }

  override onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.sample && !this.looking && this.sample.add(chunk)) this.looking = this.sample.look();
    super.onResponseData(controller, chunk);
  }

  override onResponseEnd(controller: Dispatcher.DispatchController, trailers: IncomingHttpHeaders): void {
    if (!this.sample) return super.onResponseEnd(controller, trailers);
    this.looking ??= this.sample.look();
    void this.looking.then(() => super.onResponseEnd(controller, trailers));
  }

  override onResponseError(controller: Dispatcher.DispatchController, error: Error): void {
    this.sample?.release();
    super.onResponseError(controller, error);
  }
}
