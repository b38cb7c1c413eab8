import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher } from 'undici';
import { refusals } from '../request/refusals.js';
import { PassedAnswer } from './passed-answer.js';
import type { Send } from './send.js';
import { UpstreamRefused } from './upstream-refused.js';

/** How large an answer of a route may be. */
export class AnswerBound {
  constructor(private readonly maxBytes: number) {}

  /** Sends a request on whose answer is bounded. */
  around(send: Send): Send {
    return (request, handler) => send(request, new BoundedAnswer(this.maxBytes, request.method, handler));
  }
}

/** An answer that is broken off when it is, or turns out, too large. */
class BoundedAnswer extends PassedAnswer {
  private bytes = 0;
  private isOver = false;

  constructor(
    private readonly maxBytes: number,
    private readonly method: string,
    next: Dispatcher.DispatchHandler,
  ) {
    super(next);
  }

  override onResponseStart(
    controller: Dispatcher.DispatchController,
    status: number,
    headers: IncomingHttpHeaders,
  ): void {
    // To HEAD, and with 304, it is the length of what is not sent (RFC 9110 §8.6).
    const hasBody = this.method !== 'HEAD' && status !== 304;
    if (hasBody && Number(headers['content-length'] ?? 0) > this.maxBytes) return this.breakOff(controller);
    super.onResponseStart(controller, status, headers);
  }

  override onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.isOver) return;
    this.bytes += chunk.length;
    if (this.bytes > this.maxBytes) this.breakOff(controller);
    else super.onResponseData(controller, chunk);
  }

  private breakOff(controller: Dispatcher.DispatchController): void {
    this.isOver = true;
    controller.abort(new UpstreamRefused(refusals.responseTooLarge));
  }
}
