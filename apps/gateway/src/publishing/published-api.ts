import { ApiTerms, documentsOf, routePrefixOf } from '@gatehouse/contracts';
import type { FeedEvent } from '@gatehouse/messaging';
import type { Position } from '@gatehouse/kernel';
import { z } from 'zod';
import { withoutNames } from '../routes/place-spec.js';
import { RouteSpec } from '../routes/route-spec.js';

/** What an event says of an API, as far as this gateway understands it. */
export type Offer =
  | {
      readonly status: 'readable';
      readonly name: string;
      readonly routes: readonly RouteSpec[];
      /** Hashes of those that its routes name, each once. */
      readonly documents: readonly string[];
    }
  | { readonly status: 'unreadable'; readonly reason: string };

/** What an API was by one event, and since when it claims what it claims. */
export interface ApiVersion {
  /** Of the latest event by which it claimed another place. */
  readonly since: Position;
  /** What the event said: kept in the snapshot, and read again by the gateway that finds it there. */
  readonly said: unknown;
  readonly offer: Offer;
}

/** A published API as its latest event left it. */
export interface PublishedApi extends ApiVersion {
  readonly id: string;
  readonly tenant: string;
  /** What it was before, while documents that it names now may not be here yet. */
  readonly former?: ApiVersion;
}

const Said = z.looseObject({ apiId: z.string() });
/** Of events that this gateway knows all of; what a later one adds could be a restriction. */
const KNOWN = /^catalog\.api-(published|changed)\.v1$/;

/** What becomes of an API by an event that does not end it. */
export function afterEvent(
  before: PublishedApi | undefined,
  { type, subject: id, tenant, position, json }: FeedEvent,
): PublishedApi {
  const said = KNOWN.test(type) ? json['data'] : undefined;
  const offer: Offer = KNOWN.test(type)
    ? offerOf(id, tenant, said)
    : { status: 'unreadable', reason: `this gateway does not know ${type}: it is too old for it` };
  const since = before && claimsNoMore(offer, before.offer) ? before.since : position;
  const now = { id, tenant, since, said, offer };
  const former =
    offer.status === 'readable' && offer.documents.length > 0 ? versionBefore(before) : undefined;
  return former ? { ...now, former } : now;
}

/** Of several that wait for documents in a row, none has been served. */
function versionBefore(before: PublishedApi | undefined): ApiVersion | undefined {
  if (!before || before.former) return before?.former;
  const { since, said, offer } = before;
  return { since, said, offer };
}

/** Reads what an event has said. Anything that is not understood makes it unreadable as a whole. */
export function offerOf(id: string, tenant: string, said: unknown): Offer {
  const data = Said.safeParse(said);
  if (!data.success) return unreadable(data.error);
  const { apiId: _id, ...rest } = data.data;
  const terms = ApiTerms.safeParse(rest);
  if (!terms.success) return unreadable(terms.error);
  const routes: RouteSpec[] = [];
  for (const described of routesOf(id, tenant, terms.data)) {
    const route = RouteSpec.safeParse(described);
    if (!route.success) return unreadable(route.error);
    routes.push(route.data);
  }
  return { status: 'readable', name: terms.data.name, routes, documents: documentsOf(terms.data) };
}

const unreadable = ({ issues: [issue] }: z.ZodError): Offer => ({
  status: 'unreadable',
  reason: `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'cannot be read'}`.slice(0, 300),
});

/** As gateway.yaml would have them. All that is said of an API but these is said of its routes: none of it can be forgotten here. */
export const routesOf = (id: string, tenant: string, terms: ApiTerms) => {
  const { name: _name, description: _description, docs: _docs, routes, ...ofAll } = terms;
  return routes.map((route, i) => ({
    id: routeIdOf(id, i),
    tenant,
    ...withDocuments({ ...ofAll, ...route }),
  }));
};

/** In gateway.yaml a document is a file, and who answers with examples has no upstream to keep answers of. */
function withDocuments<Said extends Pick<ApiTerms, 'openapi' | 'mock' | 'upstream' | 'cache'>>(said: Said) {
  const { openapi, mock, upstream, cache, ...others } = said;
  return {
    ...others,
    ...(openapi && { openapi: fileOf(openapi, 'file') }),
    ...(mock ? { mock: fileOf(mock, 'openapi') } : { upstream, ...(cache && { cache }) }),
  };
}

const fileOf = ({ document, ...others }: { document: string }, word: string) => ({
  [word]: document,
  ...others,
});

const routeIdOf = (api: string, index: number): string => `${routePrefixOf(api)}${index + 1}`;

/** Whether a route was one of a published API's, by its id in a record. */
export const isPublishedRoute = (id: string): boolean => /^api-[0-9a-f]{32}-\d+$/.test(id);

const claimsNoMore = (now: Offer, before: Offer): boolean => {
  if (now.status === 'unreadable' || before.status === 'unreadable') return false;
  const held = new Set(before.routes.flatMap(claimsOf));
  return now.routes.flatMap(claimsOf).every((claim) => held.has(claim));
};

/** The places of a route, one for each host: whatever its methods. */
export const claimsOf = ({ hosts = ['any host'], path }: Pick<RouteSpec, 'hosts' | 'path'>): string[] =>
  hosts.map((host) => `${host} ${withoutNames(path)}`);
