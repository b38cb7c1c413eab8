import { z } from 'zod';
import { ApiId } from './api.fields.js';
import { RequestOutcome } from './request.events.js';

/** One route as in force at a gateway: `GET {adminUrl}/v1/routes`. */
export const RouteView = z.object({
  id: z.string(),
  /** The published API it comes from; absent: gateway.yaml. */
  api: ApiId.optional(),
  hosts: z.array(z.string()),
  path: z.string(),
  methods: z.array(z.string()),
  /** The URLs of all its targets, separated by spaces; empty: the gateway answers itself. */
  upstream: z.string(),
  /** Required scopes by method; `*`: every other method. */
  scopes: z.record(z.string(), z.array(z.string())),
  tenant: z.string(),
});
export type RouteView = z.infer<typeof RouteView>;

/** A published API that a gateway does not serve, or not as it is published. */
export const UnservedApi = z.object({
  api: ApiId,
  tenant: z.string(),
  /** Empty where what was published cannot be read. */
  name: z.string(),
  reason: z.string(),
});
export type UnservedApi = z.infer<typeof UnservedApi>;

/** Answer of `GET {adminUrl}/v1/routes`. */
export const RoutesAnswer = z.object({
  gateway: z.string(),
  /** When the configuration in force was loaded. */
  loadedAt: z.iso.datetime(),
  /** Why the latest configuration was refused, with file, line and rule; `null`: it is in force. */
  rejected: z.string().nullable(),
  routes: z.array(RouteView),
  /** Published APIs that are not among them. */
  unserved: z.array(UnservedApi).default([]),
  /** Those that are among them as they were before their latest change, and what it waits for. */
  outdated: z.array(UnservedApi).default([]),
});
export type RoutesAnswer = z.infer<typeof RoutesAnswer>;

/** One target of a group, as its gateway sees it. */
export const UpstreamTargetView = z.object({
  url: z.string(),
  /** `canary`: gets the part that the group's canary says. */
  role: z.enum(['stable', 'canary']),
  weight: z.int(),
  /** What its health check last said; `unchecked`: the group has none. */
  check: z.enum(['up', 'down', 'unchecked']),
  /** Taken out for a while for doing worse than it may. */
  ejected: z.boolean(),
  /** Of its circuit breaker: `open` refuses, `half-open` lets one request at a time find out. */
  breaker: z.enum(['closed', 'open', 'half-open']),
  inFlight: z.int(),
  /** WebSockets that are open through it. */
  tunnels: z.int(),
  /** Since the group is in force. */
  ejections: z.int(),
  /** How often its breaker opened, since then. */
  opened: z.int(),
  /** Requests by how they ended: answered, answered with 500 or 501 or above 504, not or badly answered, left by the client. */
  requests: z.object({ ok: z.int(), error: z.int(), failed: z.int(), unknown: z.int() }),
});
export type UpstreamTargetView = z.infer<typeof UpstreamTargetView>;

/** Several targets behind one or more routes. */
export const UpstreamGroupView = z.object({
  name: z.string(),
  /** Ids of the routes that send to it. */
  routes: z.array(z.string()),
  tenant: z.string(),
  targets: z.array(UpstreamTargetView),
  /** Where copies go: how many did, and how many were not made because there were too many or too large. */
  mirror: z.object({ url: z.string(), sent: z.int(), skipped: z.int() }).optional(),
  /** Requests that were sent once more. */
  retries: z.int(),
  /** Requests refused because every breaker was open. */
  refused: z.int(),
});
export type UpstreamGroupView = z.infer<typeof UpstreamGroupView>;

/** Answer of `GET {adminUrl}/v1/upstreams`. */
export const UpstreamsAnswer = z.object({ gateway: z.string(), upstreams: z.array(UpstreamGroupView) });
export type UpstreamsAnswer = z.infer<typeof UpstreamsAnswer>;

/** Query of `DELETE {adminUrl}/v1/cache`: which answers a gateway forgets. Neither route nor prefix: all of the caller's tenant. */
export const CachePurgeQuery = z.strictObject({
  /** Route id. */
  route: z.string().min(1).max(63).optional(),
  /** What their paths begin with, queries included, e.g. `/demo/users/`. */
  prefix: z.string().startsWith('/').max(1024).optional(),
  /** Only says how many would go. */
  dryRun: z
    .enum(['true', 'false'])
    .default('false')
    .transform((text) => text === 'true')
    .pipe(z.boolean()),
});
export type CachePurgeQuery = z.infer<typeof CachePurgeQuery>;

/** Answer of `DELETE {adminUrl}/v1/cache`. */
export const CachePurgeAnswer = z.object({
  gateway: z.string(),
  dryRun: z.boolean(),
  /** How many went, or would go. */
  answers: z.int(),
  /** How much memory they took. */
  bytes: z.int(),
});
export type CachePurgeAnswer = z.infer<typeof CachePurgeAnswer>;

/** One step on the way of a request, in the order they are taken. */
export const DecisionStep = z.object({
  /** `request`, `route`, `method`, `credential`, `token`, `binding`, the route's own policies and inspections, `body`, `upstream`. */
  policy: z.string(),
  result: z.enum(['passed', 'refused', 'not-asked']),
});
export type DecisionStep = z.infer<typeof DecisionStep>;

/** Answer of `GET {adminUrl}/v1/decisions/{requestId}`: how a gateway came to let a recent request through, or not. */
export const DecisionAnswer = z.object({
  gateway: z.string(),
  requestId: z.string(),
  at: z.iso.datetime(),
  outcome: RequestOutcome,
  status: z.int(),
  /** The problem code; empty where nothing was refused. */
  code: z.string(),
  /** The step that refused; `null`: none did. */
  refusedBy: z.string().nullable(),
  steps: z.array(DecisionStep),
  /** What rules noticed, also where they only detect: `bot-…`, `payload-…`, `waf-<rule id>`. Never what was sent. */
  findings: z.array(z.string()),
  /** What was looked at: never a secret, and of the query only the names. */
  input: z.object({
    method: z.string(),
    path: z.string(),
    /** Route id; empty where no route matched. */
    route: z.string(),
    routeTenant: z.string(),
    clientAddress: z.string(),
    /** Empty where no token was recognised. */
    tokenId: z.string(),
    tokenTenant: z.string().nullable(),
    tokenExpiresAt: z.iso.datetime().nullable(),
    scopesHeld: z.array(z.string()).nullable(),
    scopesRequired: z.array(z.string()).nullable(),
    /** How old the gateway's view of the tokens was; `null`: not yet complete, or not asked. */
    viewAgeMs: z.number().nullable(),
  }),
  timing: z.object({
    /** The gateway's own part, up to the hand-over or the refusal. */
    ownMs: z.number(),
    upstreamMs: z.number(),
    latencyMs: z.number(),
  }),
  traceId: z.string(),
});
export type DecisionAnswer = z.infer<typeof DecisionAnswer>;
