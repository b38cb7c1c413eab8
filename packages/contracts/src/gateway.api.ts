import { z } from 'zod';

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
