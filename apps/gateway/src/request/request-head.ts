import { traceIdOf } from '@gatehouse/http';
import { fieldLines } from './field-lines.js';
import { HeaderKind, kindOfHeader } from './header-kind.js';

const MAX_HEADERS = 200;

/** The headers of one request: what the gateway acts on, and what goes upstream unchanged. */
export class RequestHead {
  host: string | undefined;
  authorization: string | undefined;
  contentLength: number | undefined;
  chunked = false;
  upgrade = false;
  expect: string | undefined;
  forwardedFor: string | undefined;
  forwardedProto: string | undefined;
  requestId: string | undefined;
  traceparent: string | undefined;
  origin: string | undefined;
  /** RFC 9449 §4.1. */
  proof: string | undefined;
  /** Of a CORS preflight. */
  requestedMethod: string | undefined;
  userAgent = '';
  referrer = '';
  via = '';
  /** Flat list of names and values. */
  forward: string[] = [];
  private hasTracestate = false;
  private bearerToken = '';
  private lines: string | undefined;
  /** Why two parsers could read this request differently. */
  flaw: string | undefined;

  constructor(rawHeaders: readonly string[]) {
    if (rawHeaders.length > MAX_HEADERS * 2) this.flaw = `More than ${MAX_HEADERS} headers were sent.`;
    let connection: string | undefined;
    for (let i = 0; i < rawHeaders.length; i += 2) {
      const name = rawHeaders[i]!;
      const value = rawHeaders[i + 1]!;
      const kind = kindOfHeader(name);
      if (kind === HeaderKind.Forwarded) this.forward.push(name, value);
      else if (kind === HeaderKind.Connection)
        connection = connection === undefined ? value : `${connection},${value}`;
      else if (kind !== HeaderKind.Dropped) this.take(kind, name, value);
    }
    if (connection !== undefined) this.dropNamed(connection);
    // W3C Trace Context §3.3: without the trace it is about, it is not handed on.
    if (this.hasTracestate && traceIdOf(this.traceparent) === undefined)
      this.drop((name) => name === 'tracestate');
  }

  /** The token of an `Authorization` of the plainest form; `undefined`: look closer. */
  get bearer(): string | undefined {
    if (this.bearerToken === '' && this.authorization?.startsWith('Bearer '))
      this.bearerToken = this.authorization.slice(7);
    return this.bearerToken || undefined;
  }

  /** What goes upstream unchanged, as lines; `undefined`: it cannot be written so. */
  get forwardLines(): string | undefined {
    return (this.lines ??= fieldLines(this.forward));
  }

  /** One of its own, for somebody who changes it. */
  copy(): RequestHead {
    const copy: RequestHead = Object.assign(new RequestHead([]), this);
    copy.forward = [...this.forward];
    copy.lines = undefined;
    return copy;
  }

  private take(kind: HeaderKind, name: string, value: string): void {
    switch (kind) {
      case HeaderKind.Host:
        if (this.host !== undefined) this.flaw = 'More than one Host was sent.';
        this.host = value;
        break;
      case HeaderKind.Authorization:
        if (this.authorization !== undefined) this.flaw = 'More than one Authorization was sent.';
        this.authorization = value;
        break;
      case HeaderKind.Proof:
        if (this.proof !== undefined) this.flaw = 'More than one DPoP was sent.';
        this.proof = value;
        break;
      case HeaderKind.ContentLength:
        this.contentLength = Number(value); // Node's parser has refused what is not one plain number
        break;
      case HeaderKind.TransferEncoding:
        if (this.chunked || value.toLowerCase() !== 'chunked')
          this.flaw = 'Only "Transfer-Encoding: chunked", once, is understood.';
        this.chunked = true;
        break;
      case HeaderKind.ForwardedFor:
        this.forwardedFor = this.forwardedFor === undefined ? value : `${this.forwardedFor},${value}`;
        break;
      case HeaderKind.ForwardedProto:
        this.forwardedProto = value;
        break;
      case HeaderKind.RequestId:
        this.requestId = value;
        break;
      case HeaderKind.Traceparent:
        this.traceparent = value;
        break;
      case HeaderKind.Tracestate:
        this.hasTracestate = true;
        this.forward.push(name, value);
        break;
      case HeaderKind.Upgrade:
        this.upgrade = true;
        break;
      case HeaderKind.UserAgent:
        this.userAgent = value;
        this.forward.push(name, value);
        break;
      case HeaderKind.Referrer:
        this.referrer = value;
        this.forward.push(name, value);
        break;
      case HeaderKind.Origin:
        this.origin = value;
        this.forward.push(name, value);
        break;
      case HeaderKind.RequestedMethod:
        this.requestedMethod = value;
        this.forward.push(name, value);
        break;
      case HeaderKind.Via:
        this.via = this.via === '' ? value : `${this.via}, ${value}`;
        break;
      case HeaderKind.Expect:
        this.expect = value;
        if (value.toLowerCase() !== '100-continue') this.flaw = 'Only "Expect: 100-continue" is understood.';
        break;
      case HeaderKind.Forwarded:
      case HeaderKind.Dropped:
      case HeaderKind.Connection:
        break;
    }
  }

  /** What Connection names is meant for this hop only (RFC 9110 §7.6.1). */
  private dropNamed(connection: string): void {
    const options = connection.toLowerCase();
    if (options === 'keep-alive' || options === 'close') return;
    const named = new Set(options.split(',').map((option) => option.trim()));
    this.drop((name) => named.has(name));
  }

  /** @param isDropped told of each name in lower case. */
  private drop(isDropped: (name: string) => boolean): void {
    for (let i = this.forward.length - 2; i >= 0; i -= 2)
      if (isDropped(this.forward[i]!.toLowerCase())) this.forward.splice(i, 2);
  }
}
