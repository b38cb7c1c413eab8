/**
 * What became of a request at a target. `failed`: no answer, a broken one, or one that says so (502–504); `error`: the
 * target answered with another 5xx; `unknown`: it says nothing of the target, as when the client left.
 */
export type Outcome = 'ok' | 'error' | 'failed' | 'unknown';

/** What a status says of the target that answered with it. */
export function outcomeOf(status: number): Outcome {
  if (status < 500) return 'ok';
  return status >= 502 && status <= 504 ? 'failed' : 'error';
}

/** UNKNOWN, INTERNAL and DATA_LOSS. */
const GRPC_ERRORS = new Set(['2', '13', '15']);
/** CANCELLED, DEADLINE_EXCEEDED: how long it may take, the caller says. */
const GRPC_CALLERS_OWN = new Set(['1', '4']);
const GRPC_UNAVAILABLE = '14';

/** What a status of gRPC, which comes with a 200, says of the target that answered with it. */
export function grpcOutcomeOf(status: string): Outcome {
  if (status === GRPC_UNAVAILABLE) return 'failed';
  if (GRPC_ERRORS.has(status)) return 'error';
  return GRPC_CALLERS_OWN.has(status) ? 'unknown' : 'ok';
}
