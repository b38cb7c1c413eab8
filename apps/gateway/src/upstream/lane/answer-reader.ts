import type { IncomingHttpHeaders } from 'node:http';
import { type AnswerHead, answerHeadOf, readFields } from './answer-head.js';
import { AnswerMalformed } from './answer-malformed.js';

const MAX_HEAD_BYTES = 64 * 1024;
const MAX_SIZE_LINE_BYTES = 4 * 1024;
const SIZE_LINE = /^([0-9a-fA-F]{1,8})[\t ]*(?:;[\t\x20-\x7e\x80-\xff]*)?$/;
const NONE: IncomingHttpHeaders = {};
const NOTHING = Buffer.alloc(0);

/** Gets an answer, piece by piece. */
export interface AnswerSink {
  head(head: AnswerHead): void;
  data(chunk: Buffer): void;
  /** @param isLast nothing came behind it. */
  end(trailers: IncomingHttpHeaders, isLast: boolean): void;
}

type State = 'head' | 'counted' | 'until-close' | 'size' | 'chunk' | 'after-chunk' | 'trailers' | 'over';

/** Reads one answer of HTTP/1.1 (RFC 9112) after the other from what comes on a connection. */
export class AnswerReader {
  private state: State = 'over';
  private method = '';
  /** The beginning of something that has not come whole. */
  private held: Buffer | undefined;
  /** Of the body, or of its chunk. */
  private left = 0;

  constructor(private readonly sink: AnswerSink) {}

  /** A request was sent, whose answer comes next. */
  expect(method: string): void {
    this.method = method;
    this.state = 'head';
    this.held = undefined;
  }

  /** Nobody wants the rest. */
  stop(): void {
    this.state = 'over';
  }

  /** @throws AnswerMalformed */
  take(chunk: Buffer): void {
    let bytes = this.held ? Buffer.concat([this.held, chunk]) : chunk;
    this.held = undefined;
    while (bytes.length > 0 && this.state !== 'over') bytes = this.step(bytes);
  }

  /** The upstream has said its last word. @returns whether the answer is whole with that. */
  close(): boolean {
    if (this.state !== 'until-close') return false;
    this.finish(NONE, true);
    return true;
  }

  /** @returns what is left of it. */
  private step(bytes: Buffer): Buffer {
    switch (this.state) {
      case 'head':
        return this.readHead(bytes);
      case 'counted':
      case 'chunk':
        return this.readCounted(bytes);
      case 'size':
        return this.readSize(bytes);
      case 'after-chunk':
        return this.readAfterChunk(bytes);
      case 'trailers':
        return this.readTrailers(bytes);
      case 'until-close':
        this.sink.data(bytes);
        return NOTHING;
      case 'over':
        return NOTHING;
    }
  }

  private readHead(bytes: Buffer): Buffer {
    const end = bytes.indexOf('\r\n\r\n', 0, 'latin1');
    if (end < 0) return this.hold(bytes, MAX_HEAD_BYTES);
    if (end > MAX_HEAD_BYTES) throw new AnswerMalformed('its head is too long');
    const head = answerHeadOf(bytes.toString('latin1', 0, end));
    const rest = bytes.subarray(end + 4);
    if (head.status === 101) throw new AnswerMalformed('nobody asked for another protocol');
    if (head.status < 200) return rest; // the final one follows
    const framing = this.method === 'HEAD' ? 0 : head.framing;
    if (typeof framing === 'number') {
      this.state = 'counted';
      this.left = framing;
    } else this.state = framing === 'chunked' ? 'size' : framing;
    this.sink.head(head);
    if (framing === 0) this.finish(NONE, rest.length === 0);
    return rest;
  }

  private readCounted(bytes: Buffer): Buffer {
    const piece = bytes.length > this.left ? bytes.subarray(0, this.left) : bytes;
    const rest = bytes.subarray(piece.length);
    this.left -= piece.length;
    const isBody = this.state === 'counted';
    if (!isBody && this.left === 0) this.state = 'after-chunk';
    this.sink.data(piece);
    if (isBody && this.left === 0) this.finish(NONE, rest.length === 0);
    return rest;
  }

  private readSize(bytes: Buffer): Buffer {
    const end = bytes.indexOf('\r\n', 0, 'latin1');
    if (end < 0) return this.hold(bytes, MAX_SIZE_LINE_BYTES);
    const digits = SIZE_LINE.exec(bytes.toString('latin1', 0, end))?.[1];
    if (digits === undefined) throw new AnswerMalformed('the size of a chunk is none');
    this.left = Number.parseInt(digits, 16);
    this.state = this.left === 0 ? 'trailers' : 'chunk';
    return bytes.subarray(end + 2);
  }

  private readAfterChunk(bytes: Buffer): Buffer {
    if (bytes.length < 2) return this.hold(bytes, 2);
    if (bytes[0] !== 0x0d || bytes[1] !== 0x0a) throw new AnswerMalformed('a chunk is longer than it says');
    this.state = 'size';
    return bytes.subarray(2);
  }

  private readTrailers(bytes: Buffer): Buffer {
    if (bytes.length >= 2 && bytes[0] === 0x0d && bytes[1] === 0x0a) {
      this.finish(NONE, bytes.length === 2);
      return bytes.subarray(2);
    }
    const end = bytes.indexOf('\r\n\r\n', 0, 'latin1');
    if (end < 0) return this.hold(bytes, MAX_HEAD_BYTES);
    this.finish(readFields(bytes.toString('latin1', 0, end), 0), bytes.length === end + 4);
    return bytes.subarray(end + 4);
  }

  private finish(trailers: IncomingHttpHeaders, isLast: boolean): void {
    if (this.state === 'over') return;
    this.state = 'over';
    this.sink.end(trailers, isLast);
  }

  private hold(bytes: Buffer, max: number): Buffer {
    if (bytes.length > max) throw new AnswerMalformed('a part of it is too long');
    this.held = bytes;
    return NOTHING;
  }
}
