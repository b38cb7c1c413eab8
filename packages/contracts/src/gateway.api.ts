import { z } from 'zod';
import { RequestOutcome } from './request.events.js';

/** One route as in force at a gateway: `GET {adminUrl}/v1/routes`. */
export const RouteView = z.object({
  id: z.string(),
  hosts: z.array(z.string()),
  path: z.string(),
  methods: z.array(z.string()),
  upstream: z.string(),
  /** Required scopes by method; `*`: every other method. */
  scopes: z.record(z.string(), z.array(z.string())),
  tenant: z.string(),
});
export type RouteView = z.infer<typeof RouteView>;

/** Answer of `GET {adminUrl}/v1/routes`. */
export const RoutesAnswer = z.object({
  gateway: z.string(),
  /** When the configuration in force was loaded. */
  loadedAt: z.iso.datetime(),
  /** Why the latest configuration was refused, with file, line and rule; `null`: it is in force. */
  rejected: z.string().nullable(),
  routes: z.array(RouteView),
});
export type RoutesAnswer = z.infer<typeof RoutesAnswer>;

/** One step on the way of a request, in the order they are taken. */
export const DecisionStep = z.object({
  /** `request`, `route`, `method`, `credential`, `token`, `binding`, the route's own policies, `body`, `upstream`. */
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
