import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher } from 'undici';
import type { Exchange } from '../request/exchange.js';
import { PassedAnswer } from '../upstream/passed-answer.js';
import { textOf } from '../upstream/text-of.js';
import type { Encoding } from './compression-spec.js';
import { Compressor } from './compressor.js';

/** Which answers are compressed, and how. */
interface Choice {
  applies(method: string, status: number, headers: IncomingHttpHeaders): boolean;
  encodingFor(asked: IncomingHttpHeaders): Encoding | undefined;
}

/** An answer that is compressed on its way, if it becomes smaller and the client wants it. */
export class CompressedAnswer extends PassedAnswer {
  private compressor: Compressor | undefined;

  constructor(
    private readonly compression: Choice,
    private readonly exchange: Exchange,
    next: Dispatcher.DispatchHandler,
  ) {
    super(next);
  }

  override onResponseStart(
    controller: Dispatcher.DispatchController,
    status: number,
    headers: IncomingHttpHeaders,
  ): void {
    const { compression, exchange, next } = this;
    if (status === 304)
      return super.onResponseStart(controller, status, confirmed(headers, exchange.request.headers));
    if (status < 200 || !compression.applies(exchange.method, status, headers))
      return super.onResponseStart(controller, status, headers);
    const encoding = compression.encodingFor(exchange.request.headers);
    const compressor = encoding && Compressor.start(encoding, headers['content-length'], controller, next);
    if (!compressor) return super.onResponseStart(controller, status, varied(headers));
    this.compressor = compressor;
    exchange.response.once('close', () => compressor.stop());
    super.onResponseStart(compressor, status, encoded(headers, compressor.encoding));
  }

  override onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.compressor) this.compressor.write(chunk);
    else super.onResponseData(controller, chunk);
  }

  override onResponseEnd(controller: Dispatcher.DispatchController, trailers: IncomingHttpHeaders): void {
    if (this.compressor) this.compressor.end(trailers);
    else super.onResponseEnd(controller, trailers);
  }

  override onResponseError(controller: Dispatcher.DispatchController, error: Error): void {
    this.compressor?.stop();
    super.onResponseError(controller, error);
  }
}

/** What a client has compressed keeps the tag that it came with. */
function confirmed(headers: IncomingHttpHeaders, { 'if-none-match': tags }: IncomingHttpHeaders) {
  const { etag } = headers;
  const hasEncoded = etag !== undefined && tags !== undefined && tags.includes(weak(etag));
  return { ...varied(headers), ...(hasEncoded && { etag: weak(etag) }) };
}

function encoded(headers: IncomingHttpHeaders, encoding: Encoding): IncomingHttpHeaders {
  const { 'content-length': _, 'accept-ranges': __, etag, ...kept } = headers;
  return {
    ...varied(kept),
    'content-encoding': encoding,
    // RFC 9110 §8.8.3.3: the bytes are others now, what they say is not.
    ...(etag !== undefined && { etag: weak(etag) }),
  };
}

const weak = (etag: string): string => `W/${textOf(etag).replace(/^W\//, '')}`;

/** The same address has other bytes for other clients, whether or not this one gets them (RFC 9110 §12.5.5). */
function varied(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  const vary = textOf(headers.vary);
  if (/(^|[\s,])(\*|accept-encoding)($|[\s,])/i.test(vary)) return headers;
  return { ...headers, vary: vary === '' ? 'accept-encoding' : `${vary}, accept-encoding` };
}
