import { IpRange, LimitList } from '@gatehouse/contracts';
import { z } from 'zod';
import { CacheStoreSpec } from '../cache/cache-spec.js';
import { ForwardAuthSpec } from '../forward-auth/forward-auth-spec.js';
import { CertificateHeader } from '../tokens/binding/forwarded-certificate.js';
import { ForeignTokensSpec } from '../tokens/foreign/foreign-spec.js';
import { IntrospectionSpec } from '../tokens/introspection/introspection-spec.js';
import { IssuerSpec } from '../tokens/issuer-spec.js';
import { publishingMistakes, PublishingSpec } from '../publishing/publishing-spec.js';
import { ListenerSpec } from '../transport/listener-spec.js';
import { UpstreamNetworksSpec } from '../upstream/networks/networks-spec.js';
import { UpstreamNetworks } from '../upstream/networks/upstream-networks.js';
import { WafEngineSpec } from '../waf/waf-spec.js';
import { GuessesSpec } from '../request/guesses-spec.js';
import { placeOf } from './place-spec.js';
import { mistakesOf } from './route-rules.js';
import { RouteSpec } from './route-spec.js';

/** gateway.yaml. */
export const RoutesFile = z
  .strictObject({
    /** Proxies whose X-Forwarded-For is believed. */
    trustedProxies: z.array(IpRange).max(1000).default([]),
    ipAllow: z
      .array(IpRange)
      .max(1000)
      .optional()
      .describe('Whom the gateway takes requests from, on whatever route; absent: everybody.'),
    ipDeny: z
      .array(IpRange)
      .max(1000)
      .optional()
      .describe('Whom it takes none from, whatever another list allows.'),
    /** Where one of them hands on the client's certificate, for tokens that are bound to one (RFC 8705). */
    clientCertificateHeader: CertificateHeader.optional(),
    /** Absent: one without TLS on PORT. A change of anything but the certificates takes a restart. */
    listeners: z.array(ListenerSpec).min(1).max(100).optional(),
    guesses: GuessesSpec.prefault({}).describe(
      'How many tokens that nobody knows may come from one address.',
    ),
    forwardAuth: ForwardAuthSpec.optional(),
    issuers: z.array(IssuerSpec).max(100).default([]),
    introspection: z.array(IntrospectionSpec).max(20).default([]),
    /** Absent: no key of another system is asked about. The first that fits is taken. */
    foreignTokens: z.array(ForeignTokensSpec).max(20).default([]),
    /** For all routes together, each tenant's by itself. */
    limits: LimitList.default([]),
    waf: WafEngineSpec.optional(),
    upstreamNetworks: UpstreamNetworksSpec.optional(),
    /** Absent: no API that is published is served. */
    publishing: PublishingSpec.default([]),
    cache: CacheStoreSpec.prefault({}),
    routes: z.array(RouteSpec).min(1).max(10_000),
  })
  .superRefine(({ routes, issuers, limits, upstreamNetworks, publishing, listeners = [] }, context) => {
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
    for (const { path, message } of publishingMistakes(publishing))
      context.addIssue({ code: 'custom', path: ['publishing', ...path], message });
    const rules = { limits, networks: new UpstreamNetworks(upstreamNetworks) };
    for (const [i, route] of routes.entries())
      for (const { path, message } of mistakesOf(route, rules))
        context.addIssue({ code: 'custom', path: ['routes', i, ...path], message });
  });
export type RoutesFile = z.infer<typeof RoutesFile>;

function refuseRepeats(keys: readonly string[], refuse: (index: number) => void): void {
  const seen = new Set<string>();
  for (const [i, key] of keys.entries()) {
    if (seen.has(key)) refuse(i);
    seen.add(key);
  }
}
