import { Transform, type TransformCallback } from 'node:stream';

/** Bytes of the two-byte head in which the length of a frame is, or how many more bytes tell it. */
const LENGTH = 0x7f;
const MASKED = 0x80;

/**
 * Hands on a stream of WebSocket frames as it is, and knows where one ends (RFC 6455 §5.2): only there another frame
 * can be put in between.
 */
export class FrameBoundary extends Transform {
  bytes = 0;
  private head = Buffer.alloc(0);
  private remaining = 0;
  private closing: Buffer | undefined;
  private isOver = false;

  /** Ends the stream with a Close frame, as soon as the frame under way is complete. @param code RFC 6455 §7.4.1. */
  closeWith(code: number): void {
    if (this.closing || this.isOver || this.readableEnded) return;
    this.closing = Buffer.from([0x88, 2, code >> 8, code & 0xff]);
    if (this.isBetweenFrames) this.finishWith(this.closing);
  }

  override _transform(chunk: Buffer, _: BufferEncoding, done: TransformCallback): void {
    let at = 0;
    while (at < chunk.length && !this.isOver) {
      at = this.remaining > 0 ? this.payload(chunk, at) : this.frameHead(chunk, at);
      if (this.closing && this.isBetweenFrames) {
        this.hand(chunk.subarray(0, at));
        this.finishWith(this.closing);
        return done();
      }
    }
    this.hand(chunk);
    done();
  }

  private get isBetweenFrames(): boolean {
    return this.remaining === 0 && this.head.length === 0;
  }

  private hand(chunk: Buffer): void {
    if (this.isOver) return;
    this.bytes += chunk.length;
    this.push(chunk);
  }

  private finishWith(frame: Buffer): void {
    this.hand(frame);
    this.isOver = true; // what still comes is not handed on
    this.push(null);
  }

  private payload(chunk: Buffer, at: number): number {
    const taken = Math.min(this.remaining, chunk.length - at);
    this.remaining -= taken;
    return at + taken;
  }

  private frameHead(chunk: Buffer, at: number): number {
    this.head = Buffer.concat([this.head, chunk.subarray(at, at + 1)]);
    const size = headSize(this.head);
    if (this.head.length === size) {
      this.remaining = payloadLength(this.head);
      this.head = Buffer.alloc(0);
    }
    return at + 1;
  }
}

/** Until the second byte is there, two. */
function headSize(head: Buffer): number {
  const second = head[1];
  if (second === undefined) return 2;
  const length = second & LENGTH;
  return 2 + (length === 126 ? 2 : length === 127 ? 8 : 0) + (second & MASKED ? 4 : 0);
}

function payloadLength(head: Buffer): number {
  const length = head[1]! & LENGTH;
  if (length < 126) return length;
  return length === 126 ? head.readUInt16BE(2) : Number(head.readBigUInt64BE(2));
}
