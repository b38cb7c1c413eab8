import { events } from '@gatehouse/contracts';
import { type NamedDocument, namedIn } from '../src/publishing/documents/named-document.js';
import type { DocumentsAtHand } from '../src/publishing/documents/published-documents.js';
import { ownPlaces } from '../src/publishing/api-judge.js';
import type { Offer } from '../src/publishing/published-api.js';
import { PublishedApis } from '../src/publishing/published-apis.js';
import { publishedRoutes, type Verdict } from '../src/publishing/published-routes.js';
import { readRoutes } from '../src/routes/read-routes.js';

export const FILE = `
upstreamNetworks: [10.0.0.0/8, 192.0.2.0/24]
limits: [{ per: tenant, requests: 100, windowSeconds: 60 }]
publishing:
  - tenant: acme
    hosts: [acme.example, '*.acme.example']
    prefixes: [/shop, /own]
    upstreamHosts: ['*.internal']
    upstreamNetworks: [10.1.0.0/16]
    maxApis: 3
  - { tenant: beta, prefixes: [/beta], upstreamNetworks: [0.0.0.0/0] }
routes:
  - { id: own, path: '/own/{x}/*', methods: [POST], upstream: 'http://10.0.0.1', scopes: { POST: [] } }
`;
export const ID = (n: number) => `api_${String(n).padStart(32, '0')}`;
export const OK = { hosts: ['acme.example'], upstream: 'http://shop.internal' };

/** What becomes of APIs by a row of events: the id, the tenant, what is said, and how. */
export class Catalogue implements DocumentsAtHand {
  readonly published = new PublishedApis();
  /** Documents that are here; and those that cannot be used. */
  readonly here = new Set<string>();
  readonly unusable = new Set<string>();
  private position = 0;

  say(n: number, path: string, more: object = OK, tenant = 'acme', type: string = events.ApiPublished.type) {
    const routes = [{ path, scopes: { '*': ['shop:read'] } }];
    return this.event(n, type, { apiId: ID(n), name: `API ${n}`, description: '', routes, ...more }, tenant);
  }

  event(n: number, type: string, data: unknown, tenant = 'acme') {
    const position = `${++this.position}.1`;
    const envelope = { id: position, type, tenant, subject: ID(n), position, preceding: '0.0' };
    this.published.apply([{ ...envelope, json: { ...envelope, data } }]);
    return this;
  }

  of(): undefined {
    return undefined;
  }

  awaitedBy(offer: Offer): string | null {
    const isMissing = ({ document }: NamedDocument) =>
      !this.here.has(document) && !this.unusable.has(document);
    return namedIn(offer).some(isMissing) ? 'its document is not here yet' : null;
  }

  faultIn(offer: Offer): string | undefined {
    return namedIn(offer).find(({ document }) => this.unusable.has(document)) && 'this gateway cannot use it';
  }

  /** As compiling does before it asks. */
  settle(): this {
    this.published.settle((offer) => this.awaitedBy(offer) === null);
    return this;
  }

  /** By API, in the order of their claims. */
  reasons(text = FILE): Record<string, string | null> {
    return Object.fromEntries(this.verdicts(text).map(({ api, reason }) => [Number(api.slice(4)), reason]));
  }

  verdicts(text = FILE): readonly Verdict[] {
    const file = readRoutes(text, 'gateway.yaml', new Map());
    return publishedRoutes(this.published.all(), file, ownPlaces(file), this).verdicts;
  }
}
