import type { EndedExchange } from '../records/ended-exchange.js';
import type { AnswerHeaders } from '../routes/answer-headers.js';

/** What is said of a request's route, in its answer and in its record. */
export type RouteFacts = NonNullable<EndedExchange['route']> & {
  readonly answerHeaders: AnswerHeaders | undefined;
};
