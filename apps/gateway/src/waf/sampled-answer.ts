import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher } from 'undici';
import { PassedAnswer } from '../upstream/passed-answer.js';
import type { AnswerSample } from './answer-sample.js';

/** How an answer that begins so is looked at; `undefined`: it is not. */
export type SampleOf = (status: number, headers: IncomingHttpHeaders) => AnswerSample | undefined;

/** An answer of which the engine is shown a sample. */
export abstract class SampledAnswer extends PassedAnswer {
  constructor(
    private readonly sampleOf: SampleOf,
    next: Dispatcher.DispatchHandler,
  ) {
    super(next);
  }

  /** Of interim answers there is none. */
  protected sample(status: number, headers: IncomingHttpHeaders): AnswerSample | undefined {
    return status < 200 ? undefined : this.sampleOf(status, headers);
  }
}
