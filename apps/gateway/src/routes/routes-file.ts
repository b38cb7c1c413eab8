import { IpRange } from '@gatehouse/contracts';
import { z } from 'zod';
import { ForwardAuthSpec } from '../forward-auth/forward-auth-spec.js';
import { isAffordable, limitFields, LimitList } from '../limits/limits-spec.js';
import { CertificateHeader } from '../tokens/binding/forwarded-certificate.js';
import { IntrospectionSpec } from '../tokens/introspection/introspection-spec.js';
import { IssuerSpec } from '../tokens/issuer-spec.js';
import { ListenerSpec } from '../transport/listener-spec.js';
import { WebSocketSpec } from '../transport/web-socket/web-socket-spec.js';
import { UpstreamNetworksSpec } from '../upstream/networks/networks-spec.js';
import { UpstreamNetworks } from '../upstream/networks/upstream-networks.js';
import { isPrefixOf, upstreamFields, upstreamUrls } from '../upstream/upstream-spec.js';
import { accessFields } from './access-spec.js';
import { CorsSpec } from './cors.js';
import { DeprecationSpec } from './deprecation.js';
import { parametersOf } from './path-pattern.js';
import { placeFields, placeOf } from './place-spec.js';
import { placeholdersOf, type ScopeNeed } from './scope-need.js';

/** One route of gateway.yaml: each capability brings its own fields. */
export const RouteSpec = z.strictObject({
  id: z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, '1–63 characters of a–z, 0–9 and -'),
  ...placeFields,
  ...upstreamFields,
  ...accessFields,
  ...limitFields,
  webSocket: WebSocketSpec.optional(),
  cors: CorsSpec.optional(),
  deprecation: DeprecationSpec.optional(),
});
export type RouteSpec = z.infer<typeof RouteSpec>;

/** gateway.yaml. */
export const RoutesFile = z
  .strictObject({
    /** Proxies whose X-Forwarded-For is believed. */
    trustedProxies: z.array(IpRange).max(1000).default([]),
    /** Where one of them hands on the client's certificate, for tokens that are bound to one (RFC 8705). */
    clientCertificateHeader: CertificateHeader.optional(),
    /** Absent: one without TLS on PORT. A change of anything but the certificates takes a restart. */
    listeners: z.array(ListenerSpec).min(1).max(100).optional(),
    forwardAuth: ForwardAuthSpec.optional(),
    issuers: z.array(IssuerSpec).max(100).default([]),
    introspection: z.array(IntrospectionSpec).max(20).default([]),
    /** For all routes together, each tenant's by itself. */
    limits: LimitList.default([]),
    upstreamNetworks: UpstreamNetworksSpec.optional(),
    routes: z.array(RouteSpec).min(1).max(10_000),
  })
  .superRefine(({ routes, issuers, limits, upstreamNetworks, listeners = [] }, context) => {
    refuseRepeats(
      listeners.map(({ name }) => name),
      (i) => context.addIssue({ code: 'custom', path: ['listeners', i, 'name'], message: 'is taken' }),
    );
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
    for (const [i, { upstream, upstreamProtocol }] of routes.entries())
      if (upstreamProtocol === 'http2' && typeof upstream !== 'string')
        context.addIssue({
          code: 'custom',
          path: ['routes', i, 'upstreamProtocol'],
          message: 'http2 takes one URL as upstream, not a group of targets',
        });
    for (const [i, { upstream, upstreamProtocol, webSocket }] of routes.entries())
      if (webSocket && (upstreamProtocol === 'http2' || typeof upstream !== 'string'))
        context.addIssue({
          code: 'custom',
          path: ['routes', i, 'webSocket'],
          message: 'takes one URL as upstream, over http1',
        });
    const networks = new UpstreamNetworks(upstreamNetworks);
    for (const [i, { upstream }] of routes.entries())
      for (const url of upstreamUrls(upstream))
        if (!networks.allowsUrl(url))
          context.addIssue({
            code: 'custom',
            path: ['routes', i, 'upstream'],
            message: `${url} is at an address that upstreams may not have; upstreamNetworks lists those they may`,
          });
    for (const [i, { path, stripPrefix }] of routes.entries())
      if (stripPrefix !== undefined && !isPrefixOf(stripPrefix, path))
        context.addIssue({
          code: 'custom',
          path: ['routes', i, 'stripPrefix'],
          message: `is not a prefix of ${path}, or does not end at a "/"`,
        });
    for (const [i, route] of routes.entries())
      if (!isAffordable({ cost: route.cost, limits: [...limits, ...(route.limits ?? [])] }))
        context.addIssue({
          code: 'custom',
          path: ['routes', i, 'cost'],
          message: 'is more than one of the limits ever holds: no such request would pass',
        });
    for (const [i, { path, scopes }] of routes.entries())
      for (const [method, name] of unboundParameters(path, scopes))
        context.addIssue({
          code: 'custom',
          path: ['routes', i, 'scopes', method],
          message: `{${name}} is no parameter of ${path}`,
        });
  });
export type RoutesFile = z.infer<typeof RoutesFile>;

/** What scopes name that the path does not. */
const unboundParameters = (path: string, scopes: Readonly<Record<string, ScopeNeed>>): [string, string][] => {
  const known = new Set(parametersOf(path).map(([name]) => name));
  return Object.entries(scopes).flatMap(([method, need]) =>
    (Array.isArray(need) ? need : need.any)
      .flatMap(placeholdersOf)
      .filter((name) => !known.has(name))
      .map((name): [string, string] => [method, name]),
  );
};

function refuseRepeats(keys: readonly string[], refuse: (index: number) => void): void {
  const seen = new Set<string>();
  for (const [i, key] of keys.entries()) {
    if (seen.has(key)) refuse(i);
    seen.add(key);
  }
}
