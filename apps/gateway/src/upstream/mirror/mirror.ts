import type { Readable } from 'node:stream';
import type { Exchange } from '../../request/exchange.js';
import { ask } from '../ask.js';
import type { Sender } from '../connections.js';
import { Share } from '../share.js';
import { basePathOf } from '../upstream-url.js';
import { BodyCopy } from './body-copy.js';
import type { MirrorSpec } from './mirror-spec.js';

/** Of an answer that nobody wants, that much is read before its connection is given up. */
const MAX_ANSWER_BYTES = 64 * 1024;

/** A request as it goes upstream. */
export interface Copied {
  readonly method: string;
  readonly path: string;
  /** Flat list of names and values: what the upstream gets, and nothing that it does not. */
  readonly headers: readonly string[];
  readonly body: Readable | Buffer | null;
}

/** Sends copies of requests elsewhere. Nobody waits for them, and no request fails with them. */
export class Mirror {
  sent = 0;
  /** Not copied, because too many were under way or the body was too large or incomplete. */
  skipped = 0;
  private inFlight = 0;
  private readonly share: Share;
  private readonly base: string;

  constructor(
    readonly spec: MirrorSpec,
    private readonly sender: Sender,
  ) {
    this.share = new Share(spec.percent);
    this.base = basePathOf(spec.url);
  }

  /**
   * @param answer to the client; when it is over, nobody reads the body any more.
   * @returns the body to send upstream in the place of the request's own.
   */
  copy(request: Copied, answer: Exchange['response']): Copied['body'] {
    const { body } = request;
    if (!this.share.takesNext()) return body;
    if (this.inFlight >= this.spec.maxInFlight) {
      this.skipped++;
      return body;
    }
    this.inFlight++;
    if (!body || Buffer.isBuffer(body)) {
      this.copyWhole(request, body);
      return body;
    }
    const copy = new BodyCopy(this.spec.maxBodyBytes, (whole) => {
      if (whole) return this.send(request, whole);
      this.inFlight--;
      this.skipped++;
    });
    body.once('error', (error) => copy.destroy(error)); // pipe() does not pass it on
    answer.once('close', () => copy.destroy());
    return body.pipe(copy);
  }

  private copyWhole(request: Copied, body: Buffer | null): void {
    if ((body?.length ?? 0) <= this.spec.maxBodyBytes) return this.send(request, body);
    this.inFlight--;
    this.skipped++;
  }

  private send({ method, path, headers }: Copied, body: Buffer | null): void {
    this.sent++;
    const signal = AbortSignal.timeout(this.spec.timeoutMs);
    const marked = [...headers, 'x-gatehouse-mirror', '1'];
    ask(
      this.sender,
      { method, path: this.base + path, headers: marked, body },
      { signal, maxBytes: MAX_ANSWER_BYTES },
    )
      .catch(() => {}) // how the copy fares is the copy's own affair
      .finally(() => this.inFlight--);
  }
}
