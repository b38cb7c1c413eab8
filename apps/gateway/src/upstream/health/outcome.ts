/**
 * What became of a request at a target. `failed`: no answer, a broken one, or one that says so (502–504); `error`: the
 * target answered with another 5xx; `unknown`: the client left, or sent a body that is too large.
 */
export type Outcome = 'ok' | 'error' | 'failed' | 'unknown';

/** What a status says of the target that answered with it. */
export function outcomeOf(status: number): Outcome {
  if (status < 500) return 'ok';
  return status >= 502 && status <= 504 ? 'failed' : 'error';
}
