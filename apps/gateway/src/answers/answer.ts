import type { ApiOf } from '../openapi/loaded-api.js';
import { mockOf } from '../openapi/openapi.js';
import type { RouteSpec } from '../routes/route-spec.js';
import type { Serve } from '../routes/route.js';
import { redirect } from './redirect.js';
import { respond } from './respond.js';

/** How a route that has no upstream answers: it is let through like any other, and handed on to ourselves. */
export function answerOf(spec: RouteSpec, apiOf: ApiOf): Serve {
  const answer = answererOf(spec, apiOf);
  return (exchange, route, credential) => {
    exchange.dispatchedAt = performance.now();
    answer(exchange, route, credential);
  };
}

function answererOf(spec: RouteSpec, apiOf: ApiOf): Serve {
  if (spec.mock) return mockOf(spec.mock, spec.stripPrefix, apiOf);
  if (spec.redirect) return redirect(spec.redirect, spec.path);
  return respond(spec.respond!);
}
