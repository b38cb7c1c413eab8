import type { InboundRequest } from './answer.js';
import { grpcHead, isGrpc } from './grpc-refusal.js';
import { problemBody, problemHead, type Refusal } from './refusal.js';

/** What a refusal has to know of its request. */
interface Refused {
  readonly request: InboundRequest;
  readonly requestId: string;
  readonly isHttp2: boolean;
  readonly awaitsBody: boolean;
  /** Who asks understands 401 and 403 alone. */
  readonly onlyDenies: boolean;
  /** What the route adds to every answer, as a flat list. */
  readonly routeHeaders: readonly string[];
}

/** A refusal as its client gets it. */
interface RefusalAnswer {
  /** For the record. */
  readonly status: number;
  readonly sentStatus: number;
  /** Flat list of names and values. */
  readonly headers: string[];
  /** `undefined`: with the head all is said, which gRPC wants to be told by it. */
  readonly body: Buffer | undefined;
}

/** A problem document, or for a gRPC client what it understands. */
export function refusalAnswer(refusal: Refusal, refused: Refused): RefusalAnswer {
  const { request, requestId, routeHeaders } = refused;
  if (refused.isHttp2 && isGrpc(request.headers)) {
    const headers = [...grpcHead(refusal), 'x-request-id', requestId, ...routeHeaders];
    return { status: refusal.status, sentStatus: 200, headers, body: undefined };
  }
  const body = Buffer.from(problemBody(refusal, requestId));
  const headers = [...problemHead(body.length), 'x-request-id', requestId];
  headers.push(...refusal.headers, ...routeHeaders);
  // The rest of a body nobody wants is not waited for, and who sends what is ambiguous begins anew.
  if (refused.awaitsBody || refusal.code === 'request-malformed') headers.push('connection', 'close');
  const status = refused.onlyDenies && refusal.status !== 401 ? 403 : refusal.status;
  return { status, sentStatus: status, headers, body };
}
