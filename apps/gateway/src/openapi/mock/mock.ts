import Negotiator from 'negotiator';
import type { Exchange } from '../../request/exchange.js';
import type { Serve } from '../../routes/route.js';
import { methodUnknown, operationUnknown } from '../api-refusals.js';
import { pathBehind } from '../openapi-spec.js';
import type { ExampleBodies } from './example-bodies.js';
import { type MockResponses, responseFor } from './mock-responses.js';
import type { Mocks } from './mocks.js';
import { preferenceOf } from './prefer.js';

/** @param base stands before every path of the document. */
export const mock =
  (mocks: Mocks, base: string): Serve =>
  (exchange) => {
    const rest = pathBehind(base, exchange.path);
    const match = rest === undefined ? undefined : mocks.match(rest);
    if (!match) return exchange.refuse(operationUnknown);
    const responses = match.found.get(exchange.method);
    if (!responses) return exchange.refuse(methodUnknown(match.found));
    answer(exchange, responses);
  };

function answer(exchange: Exchange, responses: MockResponses): void {
  const { headers } = exchange.request;
  const preference = preferenceOf([headers['prefer']].flat().join(',') || undefined);
  const { response, status } = responseFor(responses, preference) ?? EMPTY;
  const bodies = bodiesFor(response.bodies, headers.accept);
  const named = preference.example === undefined ? undefined : bodies?.byName.get(preference.example);
  const applied = [
    ...(preference.status === `${status}` ? [`status=${status}`] : []),
    ...(named ? [`example=${preference.example}`] : []),
  ];
  exchange.answer(
    status,
    [
      ...response.headers,
      ...(bodies ? ['content-type', bodies.type] : []),
      ...(applied.length > 0 ? ['preference-applied', applied.join(', ')] : []),
    ],
    mayHaveBody(status) ? (named ?? bodies?.usual) : undefined,
  );
}

/** Of an operation without responses. */
const EMPTY = { response: { key: '200', bodies: [], headers: [] }, status: 200 };

const mayHaveBody = (status: number): boolean => status !== 204 && status !== 205 && status !== 304;

/** What the client accepts; where that is nothing, what there is (RFC 9110 §12.4.1). */
function bodiesFor(all: readonly ExampleBodies[], accept: string | undefined): ExampleBodies | undefined {
  if (all.length < 2 || accept === undefined) return all[0];
  const types = all.map(({ type }) => type);
  const wanted = new Negotiator({ headers: { accept } }).mediaType(types);
  return all.find(({ type }) => type === wanted) ?? all[0];
}
