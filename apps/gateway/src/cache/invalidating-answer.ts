import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher } from 'undici';
import { PassedAnswer } from '../upstream/passed-answer.js';
import { textOf } from '../upstream/text-of.js';
import type { CacheStores } from './cache-stores.js';

/** The answer to a request that may have changed something: what is kept of it goes (RFC 9111 §4.4). */
export class InvalidatingAnswer extends PassedAnswer {
  /** @param uri of the request. */
  constructor(
    private readonly stores: Pick<CacheStores, 'invalidate'>,
    private readonly tenant: string,
    private readonly uri: string,
    next: Dispatcher.DispatchHandler,
  ) {
    super(next);
  }

  override onResponseStart(
    controller: Dispatcher.DispatchController,
    status: number,
    headers: IncomingHttpHeaders,
  ): void {
    if (status >= 200 && status < 400)
      for (const uri of this.changedBy(headers)) this.stores.invalidate(this.tenant, uri);
    super.onResponseStart(controller, status, headers);
  }

  /** Itself, and of the same origin what it points to. */
  private *changedBy({ location, 'content-location': content }: IncomingHttpHeaders): Iterable<string> {
    yield this.uri;
    if (!URL.canParse(this.uri)) return;
    const { origin } = new URL(this.uri);
    for (const reference of [textOf(location), textOf(content)]) {
      if (reference === '' || !URL.canParse(reference, this.uri)) continue;
      const pointed = new URL(reference, this.uri);
      if (pointed.origin === origin) yield pointed.href;
    }
  }
}
