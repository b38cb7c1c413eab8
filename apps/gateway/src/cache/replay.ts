import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher } from 'undici';
import type { CachedAnswer } from './cached-answer.js';
import type { FieldMap } from './asked.js';

/** Of a 304, what goes with it (RFC 9110 §15.4.5). */
const WITH_304 = ['cache-control', 'content-location', 'date', 'etag', 'expires', 'vary', 'last-modified'];

/** There is nothing to hold up: the answer is one piece. */
class Replaying implements Dispatcher.DispatchController {
  reason: Error | null = null;
  readonly paused = false;

  get aborted(): boolean {
    return this.reason !== null;
  }

  abort(reason: Error): void {
    this.reason = reason;
  }

  pause(): void {}

  resume(): void {}
}

/**
 * Answers with what is kept, or with 304 where the client has it.
 * @param fields of the request.
 * @param cacheStatus RFC 9211.
 */
export function replay(
  answer: CachedAnswer,
  method: string,
  fields: FieldMap,
  cacheStatus: string,
  handler: Dispatcher.DispatchHandler,
): void {
  const controller = new Replaying();
  handler.onRequestStart?.(controller, null);
  if (controller.aborted) return;
  const isHeld = answer.isHeldBy(fields);
  const said = { age: `${answer.age}`, 'cache-status': cacheStatus };
  const headers: IncomingHttpHeaders = { ...(isHeld ? headersOf304(answer) : answer.headers), ...said };
  handler.onResponseStart?.(controller, isHeld ? 304 : answer.status, headers);
  if (!isHeld && method !== 'HEAD' && answer.body.length > 0)
    handler.onResponseData?.(controller, answer.body);
  handler.onResponseEnd?.(controller, {});
}

const headersOf304 = ({ headers }: CachedAnswer): IncomingHttpHeaders =>
  Object.fromEntries(
    WITH_304.flatMap((name) => (headers[name] === undefined ? [] : [[name, headers[name]]])),
  );
