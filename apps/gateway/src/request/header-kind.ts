import { KnownNames } from '../known-names.js';

/** What a header means to the gateway. */
export enum HeaderKind {
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
  Tracestate,
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

const SPECIAL: Record<string, HeaderKind> = {
  host: HeaderKind.Host,
  authorization: HeaderKind.Authorization,
  connection: HeaderKind.Connection,
  'content-length': HeaderKind.ContentLength,
  'transfer-encoding': HeaderKind.TransferEncoding,
  'x-forwarded-for': HeaderKind.ForwardedFor,
  'x-forwarded-proto': HeaderKind.ForwardedProto,
  'x-request-id': HeaderKind.RequestId,
  traceparent: HeaderKind.Traceparent,
  tracestate: HeaderKind.Tracestate,
  upgrade: HeaderKind.Upgrade,
  'user-agent': HeaderKind.UserAgent,
  referer: HeaderKind.Referrer,
  via: HeaderKind.Via,
  origin: HeaderKind.Origin,
  'access-control-request-method': HeaderKind.RequestedMethod,
  dpop: HeaderKind.Proof,
  // Hop by hop (RFC 9110 §7.6.1).
  'keep-alive': HeaderKind.Dropped,
  'proxy-connection': HeaderKind.Dropped,
  'proxy-authenticate': HeaderKind.Dropped,
  'proxy-authorization': HeaderKind.Dropped,
  te: HeaderKind.Dropped,
  trailer: HeaderKind.Dropped,
  'http2-settings': HeaderKind.Dropped,
  expect: HeaderKind.Expect, // the gateway answers it itself
  // Who the caller is, the gateway alone says.
  forwarded: HeaderKind.Dropped,
  'x-real-ip': HeaderKind.Dropped,
  'true-client-ip': HeaderKind.Dropped,
  'x-client-ip': HeaderKind.Dropped,
  'x-cluster-client-ip': HeaderKind.Dropped,
  'cf-connecting-ip': HeaderKind.Dropped,
  'fastly-client-ip': HeaderKind.Dropped,
  // Some upstreams route by these instead of the target.
  'x-original-url': HeaderKind.Dropped,
  'x-rewrite-url': HeaderKind.Dropped,
};
/** A client's certificate too is believed from a trusted proxy alone (RFC 9440 §2.4). */
const IDENTITY = /^x-(gatehouse|consumer|forwarded|authenticated)-|^(x-)?(ssl-)?client-cert/;
const kinds = new KnownNames<HeaderKind>(findKind);

/** What a header of this name, in the spelling of the client, means. */
export const kindOfHeader = (name: string): HeaderKind => kinds.of(name);

function findKind(name: string): HeaderKind {
  // CGI-like upstreams read "_" as "-", so X_Gatehouse_Tenant must not slip through.
  const folded = name.toLowerCase().replaceAll('_', '-');
  const special = Object.hasOwn(SPECIAL, folded) ? SPECIAL[folded] : undefined;
  const kind = special ?? (IDENTITY.test(folded) ? HeaderKind.Dropped : HeaderKind.Forwarded);
  // An underscored spelling of a header we act on is never acted on, only dropped.
  return special !== undefined && name.includes('_') ? HeaderKind.Dropped : kind;
}
