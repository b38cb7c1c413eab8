import type { RouteSpec } from '../routes/routes-file.js';
import type { Serve } from '../routes/serve.js';
import { redirect } from './redirect.js';
import { respond } from './respond.js';

/** How a route that has no upstream answers. */
export function answerOf(spec: RouteSpec): Serve {
  if (spec.redirect) return redirect(spec.redirect, spec.path);
  return respond(spec.respond!);
}
