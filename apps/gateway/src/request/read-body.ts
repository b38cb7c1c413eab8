import type { InboundBody } from './answer.js';
import type { Exchange } from './exchange.js';
import type { Refusal } from './refusal.js';
import { refusals } from './refusals.js';

/** In this process at once. A request that finds it used up is asked to come again. */
const MAX_HELD_BYTES = 256 * 1024 * 1024;
let heldBytes = 0;

/**
 * Reads the body of a request whole, once, into `exchange.wholeBody`; it goes upstream from there.
 * @param maxBytes more than that is refused.
 * @returns why it should be refused, or `undefined`; what was read of it then is back in the stream. A client that leaves ends the wait; see `exchange.response.destroyed`.
 */
export function readBody(exchange: Exchange, maxBytes: number): Promise<Refusal | undefined> {
  const { head, wholeBody, isQuestion, response, body } = exchange;
  if (!exchange.hasBody || isQuestion) return Promise.resolve(undefined); // another proxy carries it
  if (wholeBody) return Promise.resolve(wholeBody.length > maxBytes ? refusals.bodyTooLarge : undefined);
  if ((head.contentLength ?? 0) > maxBytes) return Promise.resolve(refusals.bodyTooLarge);
  if (!body || response.destroyed) return Promise.resolve(undefined);
  if (head.expect !== undefined) response.writeContinue();
  exchange.ownHead().expect = undefined;
  return new BodyReader(exchange, body, maxBytes).read();
}

class BodyReader {
  private pieces: Buffer[] = [];
  private bytes = 0;

  constructor(
    private readonly exchange: Exchange,
    private readonly body: InboundBody,
    private readonly maxBytes: number,
  ) {}

  read(): Promise<Refusal | undefined> {
    const { body } = this;
    const { response } = this.exchange;
    return new Promise((resolve) => {
      const settle = (refused: Refusal | undefined) => {
        body.off('data', take).off('end', end).pause();
        response.off('close', leave);
        resolve(refused);
      };
      const take = (chunk: Buffer) => {
        this.hold(chunk);
        if (this.bytes <= this.maxBytes && heldBytes <= MAX_HELD_BYTES) return;
        settle(this.bytes > this.maxBytes ? refusals.bodyTooLarge : refusals.bodiesHeld);
        body.unshift(Buffer.concat(this.pieces));
        this.release();
      };
      const end = () => {
        this.exchange.wholeBody = Buffer.concat(this.pieces, this.bytes);
        this.pieces = [];
        settle(undefined);
      };
      const leave = () => settle(undefined);
      this.exchange.onFinished(() => this.release());
      response.once('close', leave);
      body
        .once('error', () => {})
        .on('data', take)
        .once('end', end);
    });
  }

  private hold(chunk: Buffer): void {
    this.pieces.push(chunk);
    this.bytes += chunk.length;
    heldBytes += chunk.length;
    this.exchange.requestBytes = this.bytes;
  }

  private release(): void {
    heldBytes -= this.bytes;
    this.bytes = 0;
    this.pieces = [];
  }
}
