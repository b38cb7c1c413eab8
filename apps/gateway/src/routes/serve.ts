import { answerOf } from '../answers/answer.js';
import type { ApiOf } from '../openapi/loaded-api.js';
import type { Delivery } from '../upstream/delivery.js';
import { RequestTransform } from '../transform/request-transform.js';
import { forwardTo } from '../upstream/forward.js';
import type { UpstreamTarget } from '../upstream/upstream-target.js';
import type { Serve } from './route.js';
import type { RouteSpec } from './route-spec.js';

/** Puts together once what becomes of the requests of a route: a step that it does not ask for is not there. */
export function serveOf(
  spec: RouteSpec,
  upstream: UpstreamTarget | undefined,
  delivery: Delivery | undefined,
  apiOf: ApiOf,
): Serve {
  if (!upstream) return answerOf(spec, apiOf);
  return forwardTo(upstream, delivery, spec.transform && new RequestTransform(spec.transform, spec.path));
}
