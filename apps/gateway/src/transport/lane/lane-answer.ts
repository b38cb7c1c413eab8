import { type OutgoingHttpHeader, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { Answer } from '../../request/answer.js';
import { fieldLine } from '../../request/field-lines.js';
import type { PassedFields } from '../../upstream/passed-fields.js';
import { dateLine } from './date-line.js';

const LAST_CHUNK = '0\r\n\r\n';
const NO_EXTRA = '';

/** What an answer needs of its connection. */
export interface AnswerLine {
  readonly socket: Socket;
  /** `connection` and `keep-alive`, as lines of a head. */
  readonly keepAliveLines: string;
  /** So much was handed to the socket. */
  wrote(bytes: number): void;
  /** All of the answer was. */
  ended(keepsAlive: boolean): void;
}

type Listener = () => void;

/** An answer in HTTP/1.1 (RFC 9112), written to its connection in as few pieces as it comes in. */
export class LaneAnswer implements Answer {
  headersSent = false;
  writableEnded = false;
  /** Waits for the first piece of the body, to go out with it. */
  private head = '';
  private extra = NO_EXTRA;
  private hasBody = true;
  private isChunked = false;
  private onClose: Listener[] = [];

  /** @param keepsAlive whether another request may follow on the connection. */
  constructor(
    private readonly line: AnswerLine,
    private readonly method: string,
    private keepsAlive: boolean,
  ) {}

  get destroyed(): boolean {
    return this.line.socket.destroyed;
  }

  setHeader(name: string, value: string): void {
    this.extra += fieldLine(name, value);
  }

  writeHead(status: number, headers: OutgoingHttpHeader[]): this {
    let lines = '';
    let hasLength = false;
    let hasDate = false;
    for (let i = 0; i < headers.length; i += 2) {
      const name = headers[i] as string;
      const value = headers[i + 1] as string;
      if (name === 'connection') {
        if (value === 'close') this.keepsAlive = false;
        continue;
      }
      if (name === 'content-length') hasLength = true;
      else if (name === 'date') hasDate = true;
      lines += fieldLine(name, value);
    }
    this.compose(status, lines, hasLength, hasDate);
    return this;
  }

  begin(status: number, own: readonly string[], { lines, hasLength, hasDate }: PassedFields): void {
    let ownLines = '';
    for (let i = 0; i < own.length; i += 2) ownLines += fieldLine(own[i]!, own[i + 1]!);
    this.compose(status, ownLines + lines, hasLength, hasDate);
  }

  flushHeaders(): void {
    if (this.head !== '') this.send(undefined);
  }

  /** Who asks for it does not come this way. */
  writeContinue(): void {}

  /** Nobody could have asked for them (RFC 9110 §6.5.1). */
  addTrailers(): void {}

  write(chunk: Buffer): boolean {
    if (!this.hasBody || chunk.length === 0) return true;
    const isTaken = this.send(chunk);
    this.line.wrote(chunk.length);
    return isTaken;
  }

  end(chunk?: Buffer | string): void {
    if (this.writableEnded) return;
    this.writableEnded = true;
    if (!this.destroyed) {
      const last = this.hasBody && chunk !== undefined && chunk.length > 0 ? bytesOf(chunk) : undefined;
      if (last || this.head !== '' || this.isChunked) this.send(last, true);
      this.line.wrote(last?.length ?? 0);
    }
    this.line.ended(this.keepsAlive);
  }

  /** Half an answer must not pass for a whole one. */
  destroy(): void {
    this.line.socket.destroy();
  }

  once(event: 'close' | 'drain', listener: Listener): void {
    if (event === 'drain') this.line.socket.once('drain', listener);
    else this.onClose.push(listener);
  }

  off(event: 'close' | 'drain', listener: Listener): void {
    if (event === 'drain') this.line.socket.off('drain', listener);
    else this.onClose = this.onClose.filter((other) => other !== listener);
  }

  /** It is over, with its end or without. */
  closed(): void {
    const listeners = this.onClose;
    this.onClose = [];
    for (const listener of listeners) listener();
  }

  private compose(status: number, lines: string, hasLength: boolean, hasDate: boolean): void {
    this.hasBody = this.method !== 'HEAD' && status !== 204 && status !== 304;
    this.isChunked = !hasLength && this.hasBody;
    const date = hasDate ? '' : dateLine();
    const encoding = this.isChunked ? 'transfer-encoding: chunked\r\n' : '';
    const connection = this.keepsAlive ? this.line.keepAliveLines : 'connection: close\r\n';
    this.head = `${statusLine(status)}${this.extra}${lines}${encoding}${date}${connection}\r\n`;
    this.headersSent = true;
  }

  /** @returns whether the connection takes more at once. */
  private send(chunk: Buffer | undefined, isLast = false): boolean {
    const { socket } = this.line;
    let front = this.head;
    this.head = '';
    if (!this.isChunked) return chunk ? sendBoth(socket, front, chunk) : socket.write(front, 'latin1');
    if (chunk) front += `${chunk.length.toString(16)}\r\n`;
    const back = `${chunk ? '\r\n' : ''}${isLast && this.hasBody ? LAST_CHUNK : ''}`;
    if (!chunk) return socket.write(front + back, 'latin1');
    socket.cork();
    socket.write(front, 'latin1');
    socket.write(chunk);
    const isTaken = socket.write(back, 'latin1');
    socket.uncork();
    return isTaken;
  }
}

/** Copying a small body is cheaper than a second piece. */
const SMALL_BYTES = 16 * 1024;

function sendBoth(socket: Socket, front: string, chunk: Buffer): boolean {
  if (front === '') return socket.write(chunk);
  if (chunk.length > SMALL_BYTES) {
    socket.cork();
    socket.write(front, 'latin1');
    const isTaken = socket.write(chunk);
    socket.uncork();
    return isTaken;
  }
  const whole = Buffer.allocUnsafe(front.length + chunk.length);
  whole.write(front, 0, 'latin1');
  chunk.copy(whole, front.length);
  return socket.write(whole);
}

const bytesOf = (chunk: Buffer | string): Buffer => (typeof chunk === 'string' ? Buffer.from(chunk) : chunk);

const statusLine = (status: number): string => `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n`;
