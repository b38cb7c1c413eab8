import { RecentMap } from '../recent-map.js';

/** What a header means to the gateway. */
const enum Kind {
  Forwarded, // goes upstream as it is
  Dropped,
  Host,
  Authorization,
  Connection,
  ContentLength,
  TransferEncoding,
  ForwardedFor,
  RequestId,
  Traceparent,
  Upgrade,
  UserAgent,
  Referrer,
  Via,
  Expect,
  ForwardedProto,
  Origin,
  RequestedMethod,
  Proof,
}

const SPECIAL: Record<string, Kind> = {
  host: Kind.Host,
  authorization: Kind.Authorization,
  connection: Kind.Connection,
  'content-length': Kind.ContentLength,
  'transfer-encoding': Kind.TransferEncoding,
  'x-forwarded-for': Kind.ForwardedFor,
  'x-forwarded-proto': Kind.ForwardedProto,
  'x-request-id': Kind.RequestId,
  traceparent: Kind.Traceparent,
  upgrade: Kind.Upgrade,
  'user-agent': Kind.UserAgent,
  referer: Kind.Referrer,
  via: Kind.Via,
  origin: Kind.Origin,
  'access-control-request-method': Kind.RequestedMethod,
  dpop: Kind.Proof,
  // Hop by hop (RFC 9110 §7.6.1).
  'keep-alive': Kind.Dropped,
  'proxy-connection': Kind.Dropped,
  'proxy-authenticate': Kind.Dropped,
  'proxy-authorization': Kind.Dropped,
  te: Kind.Dropped,
  trailer: Kind.Dropped,
  'http2-settings': Kind.Dropped,
  expect: Kind.Expect, // the gateway answers it itself
  // Who the caller is, the gateway alone says.
  forwarded: Kind.Dropped,
  'x-real-ip': Kind.Dropped,
  'true-client-ip': Kind.Dropped,
  'x-client-ip': Kind.Dropped,
  'x-cluster-client-ip': Kind.Dropped,
  'cf-connecting-ip': Kind.Dropped,
  'fastly-client-ip': Kind.Dropped,
  // Some upstreams route by these instead of the target.
  'x-original-url': Kind.Dropped,
  'x-rewrite-url': Kind.Dropped,
};
/** A client's certificate too is believed from a trusted proxy alone (RFC 9440 §2.4). */
const IDENTITY = /^x-(gatehouse|consumer|forwarded|authenticated)-|^(x-)?(ssl-)?client-cert/;
const MAX_HEADERS = 200;
const names = new RecentMap<string, Kind>(2_048);

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
  readonly forward: string[] = [];
  /** Why two parsers could read this request differently. */
  flaw: string | undefined;

  constructor(rawHeaders: readonly string[]) {
    if (rawHeaders.length > MAX_HEADERS * 2) this.flaw = `More than ${MAX_HEADERS} headers were sent.`;
    let connection: string | undefined;
    for (let i = 0; i < rawHeaders.length; i += 2) {
      const name = rawHeaders[i]!;
      const value = rawHeaders[i + 1]!;
      const kind = names.get(name) ?? kindOf(name);
      if (kind === Kind.Forwarded) this.forward.push(name, value);
      else if (kind === Kind.Connection)
        connection = connection === undefined ? value : `${connection},${value}`;
      else if (kind !== Kind.Dropped) this.take(kind, name, value);
    }
    if (connection !== undefined) this.dropNamed(connection);
  }

  private take(kind: Kind, name: string, value: string): void {
    switch (kind) {
      case Kind.Host:
        if (this.host !== undefined) this.flaw = 'More than one Host was sent.';
        this.host = value;
        break;
      case Kind.Authorization:
        if (this.authorization !== undefined) this.flaw = 'More than one Authorization was sent.';
        this.authorization = value;
        break;
      case Kind.Proof:
        if (this.proof !== undefined) this.flaw = 'More than one DPoP was sent.';
        this.proof = value;
        break;
      case Kind.ContentLength:
        this.contentLength = Number(value); // Node's parser has refused what is not one plain number
        break;
      case Kind.TransferEncoding:
        if (this.chunked || value.toLowerCase() !== 'chunked')
          this.flaw = 'Only "Transfer-Encoding: chunked", once, is understood.';
        this.chunked = true;
        break;
      case Kind.ForwardedFor:
        this.forwardedFor = this.forwardedFor === undefined ? value : `${this.forwardedFor},${value}`;
        break;
      case Kind.ForwardedProto:
        this.forwardedProto = value;
        break;
      case Kind.RequestId:
        this.requestId = value;
        break;
      case Kind.Traceparent:
        this.traceparent = value;
        break;
      case Kind.Upgrade:
        this.upgrade = true;
        break;
      case Kind.UserAgent:
        this.userAgent = value;
        this.forward.push(name, value);
        break;
      case Kind.Referrer:
        this.referrer = value;
        this.forward.push(name, value);
        break;
      case Kind.Origin:
        this.origin = value;
        this.forward.push(name, value);
        break;
      case Kind.RequestedMethod:
        this.requestedMethod = value;
        this.forward.push(name, value);
        break;
      case Kind.Via:
        this.via = this.via === '' ? value : `${this.via}, ${value}`;
        break;
      case Kind.Expect:
        this.expect = value;
        if (value.toLowerCase() !== '100-continue') this.flaw = 'Only "Expect: 100-continue" is understood.';
        break;
      case Kind.Forwarded:
      case Kind.Dropped:
      case Kind.Connection:
        break;
    }
  }

  /** What Connection names is meant for this hop only (RFC 9110 §7.6.1). */
  private dropNamed(connection: string): void {
    const options = connection.toLowerCase();
    if (options === 'keep-alive' || options === 'close') return;
    const named = new Set(options.split(',').map((option) => option.trim()));
    for (let i = this.forward.length - 2; i >= 0; i -= 2)
      if (named.has(this.forward[i]!.toLowerCase())) this.forward.splice(i, 2);
  }
}

function kindOf(name: string): Kind {
  // CGI-like upstreams read "_" as "-", so X_Gatehouse_Tenant must not slip through.
  const folded = name.toLowerCase().replaceAll('_', '-');
  const special = Object.hasOwn(SPECIAL, folded) ? SPECIAL[folded] : undefined;
  const kind = special ?? (IDENTITY.test(folded) ? Kind.Dropped : Kind.Forwarded);
  // An underscored spelling of a header we act on is never acted on, only dropped.
  const settled = special !== undefined && name.includes('_') ? Kind.Dropped : kind;
  names.set(name, settled);
  return settled;
}
