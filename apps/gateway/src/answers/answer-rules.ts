import { PathPattern } from '../routes/path-pattern.js';
import type { Mistake } from '../routes/mistake.js';
import type { RouteSpec } from '../routes/route-spec.js';
import { variablesIn } from '../transform/template.js';
import { namesFor, variableOf } from '../transform/variables.js';

/** Who may answer the requests of a route: one of these. */
const ANSWERERS = ['upstream', 'redirect', 'respond', 'mock'] as const;

export function* answerMistakes(route: RouteSpec): Iterable<Mistake> {
  const given = ANSWERERS.filter((name) => route[name] !== undefined);
  if (given.length !== 1)
    yield { path: given.slice(1, 2), message: `give one of ${ANSWERERS.join(', ')}: who answers` };
  if (route.redirect) yield* redirectMistakes(route.redirect.to, route.path);
}

/** Only what the path says: a Location is seen by the client, and kept by whoever it is sent to. */
function* redirectMistakes(to: string, path: string): Iterable<Mistake> {
  const pattern = new PathPattern(path);
  for (const name of variablesIn(to))
    if (!variableOf(name, pattern)?.isEncoded)
      yield {
        path: ['redirect', 'to'],
        message: `{${name}} is no parameter of ${path}; there are: ${namesFor(path, 'path')}`,
      };
}
