import type { Serve } from '../routes/route.js';
import type { RespondSpec } from './answer-spec.js';

/** Gives every request of a route the same answer, made once. */
export function respond({ status, headers, body, json }: RespondSpec): Serve {
  const list = Object.entries(headers).flat();
  if (json !== undefined && !list.some((name) => name.toLowerCase() === 'content-type'))
    list.push('content-type', 'application/json');
  const bytes = Buffer.from(json === undefined ? (body ?? '') : JSON.stringify(json));
  return (exchange) => exchange.answer(status, list, bytes);
}
