import { originRefused } from '../routes/cors.js';
import type { Match } from '../routes/route-matcher.js';
import type { Exchange } from './exchange.js';

/**
 * Answers a browser's question whether a page may send a request (CORS preflight), for which it sends no token.
 * @param match what the announced request would come upon.
 * @returns whether it was one.
 */
export function answersPreflight(exchange: Exchange, match: Match | undefined): boolean {
  const { origin, requestedMethod } = exchange.head;
  const cors = match?.requirement && match.route.answerHeaders?.cors;
  if (!cors || origin === undefined || requestedMethod === undefined) return false;
  exchange.route = match.route;
  const headers = cors.preflight(origin, requestedMethod);
  if (headers) exchange.answer(204, headers);
  else exchange.refuse(originRefused);
  return true;
}
