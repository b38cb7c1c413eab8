import type { Dispatcher } from 'undici';
import { PathPattern } from '../routes/path-pattern.js';
import type { RouteSpec } from '../routes/route-spec.js';
import type { Call } from '../upstream/send.js';
import { ChangedAnswer } from './changed-answer.js';
import { HeaderEdits } from './header-edits.js';
import { JsonEdits } from './json-edits.js';

/** How a route changes the answers of its upstream on their way to the client. */
export class AnswerTransform {
  private constructor(
    readonly headers: HeaderEdits | undefined,
    readonly body: JsonEdits | undefined,
    readonly maxBodyBytes: number,
  ) {}

  /** @returns `undefined` where a route leaves answers alone. */
  static of({ transform, path }: Pick<RouteSpec, 'transform' | 'path'>): AnswerTransform | undefined {
    const { headers, body, maxBodyBytes = 0 } = transform?.response ?? {};
    if (!headers && !body) return undefined;
    const pattern = new PathPattern(path);
    return new AnswerTransform(
      headers && new HeaderEdits(headers, pattern),
      body && new JsonEdits(body, pattern),
      maxBodyBytes,
    );
  }

  /** Gets the answer, and hands it on changed. */
  around({
    exchange,
    credential,
    handler,
  }: Pick<Call, 'exchange' | 'credential' | 'handler'>): Dispatcher.DispatchHandler {
    return new ChangedAnswer(this, exchange, credential, handler);
  }
}
