import { IpRange } from '@gatehouse/contracts';
import { z } from 'zod';

/** Lets another proxy carry the traffic and ask here whether to let each request through. */
export const ForwardAuthSpec = z.strictObject({
  proxies: z.array(IpRange).min(1).max(1000).describe('Who may ask, and whose word on the client is taken.'),
  path: z
    .string()
    .regex(/^(\/[A-Za-z0-9._-]+)+$/, 'a path such as /.gatehouse/authorize')
    .default('/.gatehouse/authorize')
    .describe(
      'Where they ask: exactly here with X-Forwarded-Method, -Uri and -Host (nginx, Traefik, Caddy), or with the path of the request behind it (Envoy).',
    ),
  statuses: z
    .enum(['all', '401-403'])
    .default('all')
    .describe(
      '`401-403` answers every refusal but a 401 with 403, because nginx knows no others; the problem document keeps the true status.',
    ),
});
export type ForwardAuthSpec = z.infer<typeof ForwardAuthSpec>;
