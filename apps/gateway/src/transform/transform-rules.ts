import { PathPattern } from '../routes/path-pattern.js';
import type { Mistake } from '../routes/mistake.js';
import type { RouteSpec } from '../routes/route-spec.js';
import { variablesIn } from './template.js';
import type { BodyEdit, HeaderEditsSpec, TransformSpec } from './transform-spec.js';
import { namesFor, variableOf } from './variables.js';

/** A template, and where it stands. */
type Placed = readonly [place: readonly PropertyKey[], template: string];

export function* transformMistakes(route: RouteSpec): Iterable<Mistake> {
  const { transform, path } = route;
  if (!transform) return;
  if (route.upstream === undefined)
    yield { path: ['transform'], message: 'changes what goes to an upstream, and this route has none' };
  if (route.webSocket)
    yield { path: ['transform'], message: 'does not reach WebSockets: give them a route of their own' };
  if (transform.request.path !== undefined && route.stripPrefix !== undefined)
    yield {
      path: ['transform', 'request', 'path'],
      message: 'takes the place of stripPrefix: give one of them',
    };
  yield* variableMistakes(transform, path);
  yield* sharingMistakes(route, transform);
}

function* variableMistakes(transform: TransformSpec, path: string): Iterable<Mistake> {
  const pattern = new PathPattern(path);
  for (const [place, template] of [...ofRequest(transform), ...bodies(transform), ...ofAnswer(transform)])
    for (const name of variablesIn(template))
      if (!variableOf(name, pattern))
        yield {
          path: ['transform', ...place],
          message: `{${name}} stands for nothing here; there are: ${namesFor(path, 'all')}`,
        };
}

/** What an upstream is asked differently for each token, it answers differently for each. */
function* sharingMistakes({ cache, path }: RouteSpec, transform: TransformSpec): Iterable<Mistake> {
  if (!cache || cache.shareBy === 'token') return;
  const pattern = new PathPattern(path);
  const isOfCaller = (name: string) => variableOf(name, pattern)?.isEncoded === false;
  if (ofRequest(transform).some(([, template]) => variablesIn(template).some(isOfCaller)))
    yield {
      path: ['cache', 'shareBy'],
      message: 'must be token: the upstream is asked differently for each caller',
    };
}

const ofRequest = ({ request: { path, query, headers } }: TransformSpec): Placed[] => [
  ...(path === undefined ? [] : [[['request', 'path'], path] as const]),
  ...each(['request', 'query', 'set'], query?.set),
  ...ofHeaders('request', headers),
];

const ofAnswer = ({ response: { headers } }: TransformSpec): Placed[] => ofHeaders('response', headers);

const bodies = ({ request, response }: TransformSpec): Placed[] => [
  ...ofBody('request', request.body),
  ...ofBody('response', response.body),
];

const ofHeaders = (side: string, headers: HeaderEditsSpec | undefined): Placed[] => [
  ...each([side, 'headers', 'set'], headers?.set),
  ...each([side, 'headers', 'add'], headers?.add),
];

const ofBody = (side: string, edits: readonly BodyEdit[] = []): Placed[] =>
  edits.flatMap((edit, i): Placed[] =>
    edit.op === 'set' && typeof edit.value === 'string' ? [[[side, 'body', i, 'value'], edit.value]] : [],
  );

const each = (place: readonly string[], texts: Readonly<Record<string, string>> = {}): Placed[] =>
  Object.entries(texts).map(([name, text]) => [[...place, name], text]);
