import { PathPattern } from '../routes/path-pattern.js';
import type { Serve } from '../routes/route.js';
import { IN_PATH, IN_QUERY, templateOf } from '../transform/template.js';
import type { RedirectSpec } from './answer-spec.js';

/** More than one slash at the front would begin a host (RFC 3986 §4.2). */
const LEADING_SLASHES = /^\/{2,}/;

/** Sends clients of a route elsewhere: to a host that gateway.yaml spells out, whatever they ask for. */
export function redirect({ to, status, keepQuery }: RedirectSpec, path: string): Serve {
  const pattern = new PathPattern(path);
  const [toPath = '', toQuery = ''] = to.split('?', 2);
  const pathOf = templateOf(toPath, pattern, IN_PATH);
  const queryOf = templateOf(toQuery, pattern, IN_QUERY);
  return (exchange, _, credential) => {
    const place = pathOf(exchange, credential).replace(LEADING_SLASHES, '/');
    const kept = keepQuery ? exchange.target.slice(exchange.path.length + 1) : '';
    const query = [queryOf(exchange, credential), kept].filter(Boolean).join('&');
    exchange.answer(status, ['location', query === '' ? place : `${place}?${query}`]);
  };
}
