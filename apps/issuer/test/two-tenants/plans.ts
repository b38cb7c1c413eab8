import type { PopulatedTenant } from './populated-tenant.js';

/** How the sweep calls a route, and what a stranger must be told. */
export interface Plan {
  /** A body that is right in every way but whose things it names. */
  body?: (victim: PopulatedTenant) => unknown;
  /**
   * `stranger`: the thing is not there, as if it never was. `own`: the answer is about the caller's tenant alone.
   * `operator`: nobody but the operator may do this at all.
   */
  expects: 'stranger' | 'own' | 'operator';
}

const reason = { reason: 'sweep' };
const stranger = (body?: unknown): Plan => ({ body: () => body, expects: 'stranger' });
const own = (body?: unknown): Plan => ({ body: () => body, expects: 'own' });
const operator = (body?: unknown): Plan => ({ body: () => body, expects: 'operator' });

/** Trusts an outside issuer in the name of an application. */
export const trust = (applicationId: string | undefined) => ({
  applicationId,
  name: 'sweep',
  issuer: 'https://ci.example',
  keys: { jwksUri: 'https://ci.example/jwks' },
  conditions: [{ claim: '/sub', matches: 'build' }],
  scopes: ['demo:read'],
});

/** An identity provider that nobody asks in the sweep. */
export const PROVIDER = {
  name: 'sweep',
  issuer: 'https://id.example',
  clientId: 'sweep',
  clientSecret: 'sweep',
};

/** An API that the sweep publishes. */
export const API = {
  name: 'sweep',
  upstream: 'https://api.example',
  routes: [{ path: '/sweep/*', scopes: { '*': ['demo:read'] } }],
};

/** An OpenAPI document that the sweep uploads. */
export const DOCUMENT = "{ openapi: 3.1.0, info: { title: sweep, version: '1' }, paths: {} }";

/** What a stranger sends where nothing else is said: enough for most that name a thing. */
export const USUAL: Record<string, Plan> = {
  GET: stranger(),
  DELETE: stranger(),
  POST: stranger(reason),
};

/** The routes that need more than {@link USUAL} says. A route that is missing here and does not fit it fails the sweep. */
export const PLANS: Record<string, Plan> = {
  'GET /v1/tokens': own(),
  'POST /v1/tokens': own({ name: 'sweep', scopes: ['demo:read'] }),
  'POST /v1/tokens/bulk': own({ tokens: [{ name: 'sweep', scopes: ['demo:read'] }] }),
  'POST /v1/tokens/bulk-revoke': {
    body: ({ ids }) => ({ ids: [ids['tokens'], ids['access-tokens']], ...reason }),
    expects: 'own',
  },
  'POST /v1/tokens/import': own({
    tokens: [{ name: 'sweep', scopes: ['demo:read'], sha256: 'ab'.repeat(32) }],
  }),
  'GET /v1/import-keys': own(),
  'POST /v1/import-keys': own({ name: 'sweep', key: 'A'.repeat(43) }),
  'POST /v1/revocations': {
    body: ({ ids }) => ({ application: ids['applications'], ...reason }),
    expects: 'own',
  },
  'POST /v1/tokens/verify': { body: ({ digest }) => ({ digest }), expects: 'own' },
  'POST /v1/tokens/lookup': { body: ({ digest }) => ({ digest }), expects: 'operator' },
  'POST /v1/access-tokens/lookup': operator({ token: 'x' }),
  'POST /v1/tokens/consume': {
    body: ({ ids }) => ({ tokenId: ids['access-tokens'], tenant: 'default', useId: `use_${'0'.repeat(32)}` }),
    expects: 'operator',
  },
  'POST /v1/credits/leases': operator({
    gateway: 'sweep',
    leases: [
      { id: `lse_${'0'.repeat(32)}`, turn: 1, holder: `tok_${'0'.repeat(32)}`, spent: 0, need: 1, want: 1 },
    ],
  }),
  'PATCH /v1/tokens/:id': stranger({ name: 'taken over' }),
  'POST /v1/tokens/:id/rotate': stranger({ overlapSeconds: 0 }),
  'GET /v1/tenants': own(),
  'POST /v1/tenants': operator({ id: 'sweep', name: 'x' }),
  'PATCH /v1/tenants/:id': stranger({ name: 'taken over' }),
  'POST /v1/tenants/:id/suspend': operator(reason),
  'POST /v1/tenants/:id/resume': operator(reason),
  'POST /v1/tenants/:id/owner-tokens': operator({ name: 'sweep' }),
  'GET /v1/events': operator(),
  'POST /v1/projections/rebuild': operator({ check: true }),
  'GET /v1/keys': operator(),
  'POST /v1/keys/rotate': operator({ algorithm: 'ES256' }),
  'POST /v1/keys/external': operator({ name: 'sweep' }),
  'POST /v1/keys/:id/compromise': operator(reason),
  'GET /v1/applications': own(),
  'POST /v1/applications': own({
    name: 'sweep',
    grantTypes: ['client_credentials'],
    resources: ['https://api.example'],
    scopes: ['demo:read'],
  }),
  'PATCH /v1/applications/:id': stranger({ name: 'taken over' }),
  'POST /v1/applications/:id/rotate-secret': stranger({ overlapSeconds: 0 }),
  'GET /v1/trusted-issuers': own(),
  'POST /v1/trusted-issuers': { body: ({ ids }) => trust(ids['applications']), expects: 'stranger' },
  'GET /v1/resources': own(),
  'POST /v1/resources': own({ resource: 'https://sweep.example', name: 'sweep' }),
  'GET /v1/apis': own(),
  'POST /v1/apis': own(API),
  'PUT /v1/apis/:id': stranger({ ...API, version: 1 }),
  'POST /v1/api-documents': own({ text: DOCUMENT }),
  'GET /v1/tenants/:id/api-documents/:document': operator(),
  'POST /v1/leaks': { body: ({ secret }) => ({ token: secret }), expects: 'own' },
  'GET /v1/scopes': own(),
  'PUT /v1/scopes/:name': own({ category: 'sweep', description: 'sweep' }),
  'GET /v1/sessions': own(),
  'GET /v1/identity-providers': own(),
  'POST /v1/identity-providers': own(PROVIDER),
  'POST /v1/identity-providers/:id/links': {
    body: ({ ids }) => ({ userId: ids['users'], subject: 'sweep' }),
    expects: 'stranger',
  },
  'POST /v1/users/:id/password-reset': stranger({}),
  'GET /v1/members': own(),
  'POST /v1/members': { body: ({ ids }) => ({ userId: ids['users'], role: 'analyst' }), expects: 'stranger' },
  'PATCH /v1/members/:id': stranger({ role: 'analyst' }),
  'GET /v1/identities': own(),
  'POST /v1/identities': own({ externalId: 'sweep', name: 'sweep' }),
  'PATCH /v1/identities/:id': stranger({ name: 'taken over' }),
  'GET /v1/service-accounts': own(),
  'POST /v1/service-accounts': {
    body: ({ ids }) => ({ name: 'sweep', owner: ids['users'], scopes: ['demo:read'] }),
    expects: 'stranger',
  },
  'PATCH /v1/service-accounts/:id': stranger({ name: 'taken over' }),
  'GET /v1/invitations': own(),
  'POST /v1/invitations': own({ email: 'invited@example.com', name: 'S', role: 'analyst' }),
  'GET /v1/teams': own(),
  'POST /v1/teams': own({ name: 'sweep' }),
  'PATCH /v1/teams/:id': stranger({ name: 'taken over' }),
  'POST /v1/teams/:id/members': { body: ({ ids }) => ({ userId: ids['users'] }), expects: 'stranger' },
  'GET /v1/users': own(),
  'POST /v1/users': own({ email: 'sweep@example.com', name: 'S', password: 'a long enough sweep' }),
  'PATCH /v1/users/:id': stranger({ name: 'taken over' }),
  'POST /v1/personal-fields/open': { body: ({ sealed }) => ({ items: [sealed] }), expects: 'own' },
};

/** Routes that ask for no token of ours: the protocol engine's, people's pages and what anybody may read. They have their own tests. */
export const isPublic = (path: string): boolean =>
  ['*', '/v1/leaks/pattern'].includes(path) ||
  /^\/(health|metrics|openapi\.json|oauth|interaction|account|pages|\.well-known)(\/|$)/.test(path);
