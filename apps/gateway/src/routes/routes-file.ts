import { IpRange, Scope, TenantId } from '@gatehouse/contracts';
import { z } from 'zod';
import { CorsSpec } from './cors.js';
import { DeprecationSpec } from './deprecation.js';
import { CredentialsSpec } from './key-header.js';

const MIB = 1024 * 1024;
const MAX_TIMEOUT_MS = 120_000;

const Method = z.string().regex(/^[A-Z][A-Z-]{1,30}$/, 'an HTTP method in capitals, e.g. GET');
const Host = z
  .string()
  .regex(
    /^(\*\.)?[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/,
    'a lower-case host name without port, e.g. api.example.com or *.example.com',
  );
const PathPattern = z
  .string()
  .max(512)
  .regex(/^\/([A-Za-z0-9._~!$&'()+,;=:@-]+\/)*([A-Za-z0-9._~!$&'()+,;=:@-]*|\*)$/, {
    error: 'a path such as /orders or, with everything below it, /orders/*',
  })
  .refine((path) => !/\/\.{1,2}(\/|$)/.test(path), 'no dot segments');
const Upstream = z.url({ protocol: /^https?$/, error: 'an http or https URL' }).refine((text) => {
  const { username, search, hash } = new URL(text);
  return username === '' && search === '' && hash === '';
}, 'no user information, query or fragment');
const Milliseconds = z.int().min(1).max(MAX_TIMEOUT_MS);

/** One route of gateway.yaml. */
export const RouteSpec = z.strictObject({
  id: z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, '1–63 characters of a–z, 0–9 and -'),
  /** Host names this route answers to; absent: any. */
  hosts: z.array(Host).min(1).max(100).optional(),
  path: PathPattern,
  /** Absent: every method that `scopes` covers. */
  methods: z.array(Method).min(1).max(40).optional(),
  upstream: Upstream,
  /** Taken off the front of the path before it goes upstream. */
  stripPrefix: z.string().startsWith('/').max(512).optional(),
  /** Only tokens of this tenant are let through. */
  tenant: TenantId.default('default'),
  /** What a token must hold, by method; `*` covers the methods not named. A method that is not covered is refused. */
  scopes: z
    .record(z.union([z.literal('*'), Method]), z.array(Scope).max(50))
    .refine((scopes) => Object.keys(scopes).length > 0, 'at least one method or "*"'),
  /** Absent: `Authorization: Bearer` alone. */
  credentials: CredentialsSpec.optional(),
  cors: CorsSpec.optional(),
  deprecation: DeprecationSpec.optional(),
  ipAllow: z.array(IpRange).max(1000).optional(),
  ipDeny: z.array(IpRange).max(1000).optional(),
  /** Per token, in this process. */
  limit: z
    .strictObject({ requests: z.int().min(1).max(1e9), windowSeconds: z.int().min(1).max(86_400) })
    .optional(),
  maxBodyBytes: z
    .int()
    .min(0)
    .max(10 * 1024 * MIB)
    .default(1024 * MIB),
  timeouts: z
    .strictObject({
      connectMs: Milliseconds.default(2_000),
      /** To the first byte of the answer. */
      headersMs: Milliseconds.default(30_000),
      /** Between two pieces of the answer. */
      bodyMs: Milliseconds.default(60_000),
    })
    .prefault({}),
  /** Past this age of the gateway's view a token is looked up again; when it cannot be, 503. */
  staleSeconds: z.int().min(2).max(3_600).default(10),
  /** Replaces the list of the file for this route. */
  trustedProxies: z.array(IpRange).max(1000).optional(),
});
export type RouteSpec = z.infer<typeof RouteSpec>;

/** One issuer of JWT access tokens (RFC 9068). */
export const IssuerSpec = z
  .strictObject({
    issuer: z.string().min(1).max(512),
    audience: z.string().min(1).max(512),
    /** Whose tokens these are. */
    tenant: TenantId.default('default'),
    /** A JWK Set on disk, relative to gateway.yaml; read again on every reload. */
    jwksFile: z.string().min(1).optional(),
    jwksUri: z.url({ protocol: /^https?$/, error: 'an http or https URL' }).optional(),
    algorithms: z
      .array(z.enum(['ES256', 'EdDSA']))
      .min(1)
      .default(['ES256', 'EdDSA']),
  })
  .refine(
    (spec) => (spec.jwksFile === undefined) !== (spec.jwksUri === undefined),
    'either jwksFile or jwksUri',
  );
export type IssuerSpec = z.infer<typeof IssuerSpec>;

/** gateway.yaml. */
export const RoutesFile = z
  .strictObject({
    /** Proxies whose X-Forwarded-For is believed. */
    trustedProxies: z.array(IpRange).max(1000).default([]),
    issuers: z.array(IssuerSpec).max(100).default([]),
    routes: z.array(RouteSpec).min(1).max(10_000),
  })
  .superRefine(({ routes, issuers }, context) => {
    refuseRepeats(
      routes.map(({ id }) => id),
      (i) =>
        context.addIssue({ code: 'custom', path: ['routes', i, 'id'], message: 'is taken by another route' }),
    );
    refuseRepeats(routes.map(placeOf), (i) =>
      context.addIssue({
        code: 'custom',
        path: ['routes', i, 'path'],
        message: 'another route has the same hosts, path and methods',
      }),
    );
    refuseRepeats(
      issuers.map(({ issuer }) => issuer),
      (i) => context.addIssue({ code: 'custom', path: ['issuers', i, 'issuer'], message: 'is listed twice' }),
    );
    for (const [i, { path, stripPrefix }] of routes.entries())
      if (stripPrefix !== undefined && !isPrefixOf(stripPrefix, path))
        context.addIssue({
          code: 'custom',
          path: ['routes', i, 'stripPrefix'],
          message: `is not a prefix of ${path}, or does not end at a "/"`,
        });
  });
export type RoutesFile = z.infer<typeof RoutesFile>;

const placeOf = ({ hosts, path, methods }: RouteSpec): string =>
  JSON.stringify([hosts?.toSorted() ?? [], path, methods?.toSorted() ?? []]);

function isPrefixOf(prefix: string, path: string): boolean {
  const bare = prefix.endsWith('/') ? prefix.slice(0, -1) : prefix;
  return path === bare || path.startsWith(`${bare}/`);
}

function refuseRepeats(keys: readonly string[], refuse: (index: number) => void): void {
  const seen = new Set<string>();
  for (const [i, key] of keys.entries()) {
    if (seen.has(key)) refuse(i);
    seen.add(key);
  }
}
