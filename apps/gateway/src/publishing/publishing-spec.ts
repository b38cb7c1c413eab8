import { RouteHost, StripPrefix, TenantId, wafStrictness } from '@gatehouse/contracts';
import { z } from 'zod';
import type { Mistake } from '../routes/mistake.js';
import { UpstreamNetworksSpec } from '../upstream/networks/networks-spec.js';
import { overlap } from './territory.js';

const MIB = 1024 * 1024;

/** What one tenant may have this gateway serve by publishing it. */
export const PublisherSpec = z
  .strictObject({
    tenant: TenantId,
    hosts: z
      .array(RouteHost)
      .min(1)
      .max(100)
      .optional()
      .describe('Host names its APIs may claim; each of them has to name some. Absent: any, or none.'),
    prefixes: z
      .array(StripPrefix)
      .min(1)
      .max(100)
      .optional()
      .describe('What the paths of its APIs begin with, e.g. /acme. Absent: anything.'),
    upstreamHosts: z
      .array(RouteHost)
      .min(1)
      .max(100)
      .optional()
      .describe('Names its upstreams may have. Absent: any, and plain addresses.'),
    upstreamNetworks: UpstreamNetworksSpec.describe(
      'Addresses its upstreams may have, checked at every connection; those of the file hold as well.',
    ),
    cacheBytes: z
      .int()
      .min(0)
      .max(64 * 1024 * MIB)
      .default(8 * MIB)
      .describe(
        'Of answers that one process keeps for its APIs, beside what is kept for others. 0: none is kept.',
      ),
    waf: z
      .array(z.strictObject(wafStrictness))
      .max(4)
      .default([])
      .describe(
        'How strictly its routes may have the firewall look at requests. Absent: not at all. Each way costs every thread of the firewall some 20 MB, once for all tenants that have it.',
      ),
    maxDocuments: z
      .int()
      .min(0)
      .max(100)
      .default(0)
      .describe(
        'OpenAPI documents that its APIs may name together. Each takes some 10 MB a process, a large one more; and what a document asks of a request, it asks of the processor that serves all routes.',
      ),
    maxApis: z.int().min(1).max(500).default(50).describe('So many APIs, the earliest of them.'),
  })
  .refine(
    ({ hosts, prefixes }) => (hosts ?? prefixes) !== undefined,
    'name hosts or prefixes, or both: a tenant may not claim everything by default',
  );
export type PublisherSpec = z.infer<typeof PublisherSpec>;

/** Who may have routes at this gateway by publishing APIs (`POST /v1/apis` of the issuer). */
export const PublishingSpec = z.array(PublisherSpec).max(1000);
export type PublishingSpec = z.infer<typeof PublishingSpec>;

/** What two tenants may both claim, one would take from the other. */
export function* publishingMistakes(publishing: PublishingSpec): Iterable<Mistake> {
  for (const [i, one] of publishing.entries())
    for (const other of publishing.slice(0, i)) {
      if (one.tenant === other.tenant)
        yield { path: [i, 'tenant'], message: `${one.tenant} is listed twice` };
      else if (overlap(one, other))
        yield {
          path: [i],
          message: `${one.tenant} and ${other.tenant} may claim the same place: give them hosts or prefixes that differ`,
        };
    }
}
