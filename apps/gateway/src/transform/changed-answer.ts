import type { IncomingHttpHeaders } from 'node:http';
import { essenceOf, isJson } from '@gatehouse/openapi';
import type { Dispatcher } from 'undici';
import type { Exchange } from '../request/exchange.js';
import { refusal } from '../request/refusal.js';
import type { Credential } from '../tokens/credential.js';
import { PassedAnswer } from '../upstream/passed-answer.js';
import { textOf } from '../upstream/text-of.js';
import { UpstreamRefused } from '../upstream/upstream-refused.js';
import { DIGESTS } from './body-transform.js';
import type { HeaderEdits } from './header-edits.js';
import type { JsonEdits } from './json-edits.js';
import { editedJson } from './json-text.js';

/** What is to be changed in answers. */
interface AnswerChanges {
  readonly headers: HeaderEdits | undefined;
  readonly body: JsonEdits | undefined;
  readonly maxBodyBytes: number;
}

/** Nothing of such an answer is handed on: what the route takes out of it may be in it. */
const unusable = (why: string): UpstreamRefused =>
  new UpstreamRefused(refusal('answer-not-transformable', `The answer of the upstream ${why}.`));

const WITHOUT_BODY = new Set([204, 205, 304]);

/** An answer whose head, and whose JSON body, are changed before the client sees them. */
export class ChangedAnswer extends PassedAnswer {
  private held: { readonly status: number; readonly headers: IncomingHttpHeaders } | undefined;
  private pieces: Buffer[] = [];
  private bytes = 0;
  private isOver = false;

  constructor(
    private readonly transform: AnswerChanges,
    private readonly exchange: Exchange,
    private readonly credential: Credential,
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
    if (!this.isToBeChanged(status, headers))
      return super.onResponseStart(controller, status, this.headersOf(headers));
    if (this.exchange.method === 'HEAD')
      return super.onResponseStart(controller, status, this.headersOf(withoutBytes(headers)));
    if (status === 206) return this.fail(controller, unusable('is a part of one'));
    if (textOf(headers['content-encoding'] ?? 'identity') !== 'identity')
      return this.fail(controller, unusable('is compressed although nobody asked for it'));
    this.held = { status, headers };
  }

  override onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.isOver) return;
    if (!this.held) return super.onResponseData(controller, chunk);
    this.bytes += chunk.length;
    if (this.bytes > this.transform.maxBodyBytes)
      return this.fail(controller, unusable('is larger than it may be'));
    this.pieces.push(chunk);
  }

  override onResponseEnd(controller: Dispatcher.DispatchController, trailers: IncomingHttpHeaders): void {
    if (this.isOver) return;
    const { held } = this;
    if (held) {
      const { exchange, credential, transform } = this;
      const text = Buffer.concat(this.pieces);
      const made =
        text.length === 0
          ? { text, isChanged: false }
          : editedJson(text, (value) => transform.body?.apply(value, exchange, credential) ?? false);
      if (!made) return this.fail(controller, unusable('is not the JSON that it says it is'));
      const headers = made.isChanged ? withoutBytes(held.headers) : held.headers;
      super.onResponseStart(
        controller,
        held.status,
        this.headersOf({ ...headers, 'content-length': `${made.text.length}` }),
      );
      if (made.text.length > 0) super.onResponseData(controller, made.text);
    }
    super.onResponseEnd(controller, trailers);
  }

  override onResponseError(controller: Dispatcher.DispatchController, error: Error): void {
    if (!this.isOver) super.onResponseError(controller, error);
  }

  private isToBeChanged(status: number, headers: IncomingHttpHeaders): boolean {
    if (!this.transform.body || WITHOUT_BODY.has(status)) return false;
    return isJson(essenceOf(textOf(headers['content-type'])));
  }

  private headersOf(headers: IncomingHttpHeaders): IncomingHttpHeaders {
    return this.transform.headers?.ofAnswer(headers, this.exchange, this.credential) ?? headers;
  }

  private fail(controller: Dispatcher.DispatchController, error: UpstreamRefused): void {
    this.isOver = true;
    this.pieces = [];
    super.onResponseError(controller, error);
    controller.abort(error);
  }
}

/** Without what holds of the upstream's bytes alone. */
function withoutBytes(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  return Object.fromEntries(
    Object.entries(headers).filter(([name]) => !DIGESTS.has(name) && !ABOUT_BYTES.has(name)),
  );
}

const ABOUT_BYTES = new Set(['content-length', 'etag', 'accept-ranges']);
