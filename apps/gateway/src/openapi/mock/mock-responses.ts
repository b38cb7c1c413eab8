import type { ApiDocument, Located } from '@gatehouse/openapi';
import { AnswerHeaderName, HeaderValue } from '../../transform/header-fields.js';
import { type ExampleBodies, exampleBodiesOf, madeUp } from './example-bodies.js';
import type { Preference } from './prefer.js';

/** A response of an operation, ready to be sent. */
export interface MockResponse {
  /** `200`, a range such as `4XX`, or `default`. */
  readonly key: string;
  readonly bodies: readonly ExampleBodies[];
  /** Flat list of names and values. */
  readonly headers: readonly string[];
}

/** The responses of an operation, the usual one first. */
export type MockResponses = readonly MockResponse[];

export function mockResponsesOf(document: ApiDocument, operation: Located): MockResponses {
  const responses = document.children(document.child(operation, 'responses'));
  return responses
    .map(([key, response]) => ({
      key,
      bodies: document
        .children(document.child(response, 'content'))
        .map(([type, media]) => exampleBodiesOf(document, type, media)),
      headers: headersOf(document, response),
    }))
    .toSorted((a, b) => rank(a.key).localeCompare(rank(b.key)));
}

/** What a client gets, and with which status: what it asks for, if the document has it. */
export function responseFor(
  responses: MockResponses,
  { status }: Preference,
): { readonly response: MockResponse; readonly status: number } | undefined {
  const wanted = status !== undefined && /^[2-5]\d\d$/.test(status) ? status : undefined;
  const asked = wanted && responses.find(({ key }) => covers(key, wanted));
  if (wanted && asked) return { response: asked, status: Number(wanted) };
  const [usual] = responses;
  return usual && { response: usual, status: statusOf(usual.key) };
}

const covers = (key: string, status: string): boolean =>
  key === status || key.toUpperCase() === `${status[0]}XX` || key === 'default';

/** Success before anything else, exact before a range, and what covers all the rest last. */
const rank = (key: string): string => (key === 'default' ? '9' : `${key.startsWith('2') ? '0' : '1'}${key}`);

const statusOf = (key: string): number => (key === 'default' ? 200 : Number(key.replaceAll(/x/gi, '0')));

/** Those that have an example, or a schema to make one of, and may be said at all. */
function headersOf(document: ApiDocument, response: Located): string[] {
  return document.children(document.child(response, 'headers')).flatMap(([name, header]) => {
    const value = header.node['example'] ?? madeUp(document, document.child(header, 'schema'));
    const isScalar = ['string', 'number', 'boolean'].includes(typeof value);
    const isSent =
      isScalar &&
      name.toLowerCase() !== 'content-type' &&
      AnswerHeaderName.safeParse(name).success &&
      HeaderValue.safeParse(String(value)).success;
    return isSent ? [name.toLowerCase(), String(value)] : [];
  });
}
