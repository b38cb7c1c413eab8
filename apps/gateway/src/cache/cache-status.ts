import type { IncomingHttpHeaders } from 'node:http';
import { PassedAnswer } from '../upstream/passed-answer.js';
import { textOf } from '../upstream/text-of.js';
import type { Dispatcher } from 'undici';

/** Why a request went upstream (RFC 9211 §2.2). */
export type Forwarded = 'bypass' | 'method' | 'uri-miss' | 'vary-miss' | 'request' | 'stale';

export const hitStatus = (ttl: number): string => `gatehouse; hit; ttl=${ttl}`;

/** @param details such as `stored` or `fwd-status=304`. */
export const forwardedStatus = (why: Forwarded, ...details: string[]): string =>
  [`gatehouse; fwd=${why}`, ...details].join('; ');

/** Headers with what this cache did behind what caches before it say they did. */
export const withStatus = (headers: IncomingHttpHeaders, status: string): IncomingHttpHeaders => {
  const earlier = textOf(headers['cache-status']);
  return { ...headers, 'cache-status': earlier === '' ? status : `${earlier}, ${status}` };
};

/** An answer that the cache only hands on, and says so. */
export class NotedAnswer extends PassedAnswer {
  constructor(
    private readonly status: string,
    private readonly onAnswer: () => void,
    next: Dispatcher.DispatchHandler,
  ) {
    super(next);
  }

  override onResponseStart(
    controller: Dispatcher.DispatchController,
    status: number,
    headers: IncomingHttpHeaders,
  ): void {
    if (status < 200) return super.onResponseStart(controller, status, headers);
    this.onAnswer();
    super.onResponseStart(controller, status, withStatus(headers, this.status));
  }
}
