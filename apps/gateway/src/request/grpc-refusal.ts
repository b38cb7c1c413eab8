import type { IncomingHttpHeaders } from 'node:http';
import type { Refusal } from './refusal.js';

/** https://grpc.github.io/grpc/core/md_doc_statuscodes.html */
const enum GrpcStatus {
  DeadlineExceeded = 4,
  PermissionDenied = 7,
  ResourceExhausted = 8,
  Unimplemented = 12,
  Internal = 13,
  Unavailable = 14,
  Unauthenticated = 16,
}

/** What a gRPC client understands of each HTTP status; its own reading of 429 and 413 would say less. */
const STATUSES: Readonly<Record<number, GrpcStatus>> = {
  401: GrpcStatus.Unauthenticated,
  403: GrpcStatus.PermissionDenied,
  404: GrpcStatus.Unimplemented,
  405: GrpcStatus.Unimplemented,
  413: GrpcStatus.ResourceExhausted,
  429: GrpcStatus.ResourceExhausted,
  502: GrpcStatus.Unavailable,
  503: GrpcStatus.Unavailable,
  504: GrpcStatus.DeadlineExceeded,
};

/** What `grpc-message` has percent-encoded. */
const NOT_PLAIN = /[^\x20-\x24\x26-\x7e]/gu;

/** Whether the client speaks gRPC, which reads nothing of an answer but its `grpc-status`. */
export const isGrpc = (headers: IncomingHttpHeaders): boolean =>
  /^application\/grpc(?:$|[+;])/.test(headers['content-type'] ?? '');

/** A refusal as a call without an answer ("Trailers-Only"). The problem code goes with it as metadata. */
export const grpcHead = ({ status, code, detail, headers }: Refusal): string[] => [
  'content-type',
  'application/grpc',
  'grpc-status',
  `${STATUSES[status] ?? GrpcStatus.Internal}`,
  'grpc-message',
  detail.replaceAll(NOT_PLAIN, encodeURIComponent),
  'x-gatehouse-problem',
  code,
  ...headers,
];
