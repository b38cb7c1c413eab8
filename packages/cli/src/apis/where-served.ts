import type { System } from '../system/system.js';

/** Whether a gateway serves a published API. */
export interface Served {
  readonly gateway: string;
  /** Ids of its routes there. */
  readonly routes: readonly string[];
  /** Why it is not served; `null`: it is, or the gateway has not heard of it. */
  readonly reason: string | null;
}

/** What the gateway of the system says of a published API; `undefined`: it cannot be asked. */
export async function whereServed(system: System, api: string): Promise<Served | undefined> {
  if (system.gatewayAdminUrl === undefined) return undefined;
  const answer = await system
    .gatewayAdmin()
    .routes()
    .catch(() => undefined);
  if (!answer) return undefined;
  return {
    gateway: answer.gateway,
    routes: answer.routes.filter((route) => route.api === api).map(({ id }) => id),
    reason: answer.unserved.find((one) => one.api === api)?.reason ?? null,
  };
}

/** For people. */
export function servedText(served: Served | undefined): string {
  if (!served) return 'Whether a gateway serves it is not known (--gateway-admin-url).';
  const { gateway, routes, reason } = served;
  if (routes.length > 0) return `It is served at ${gateway} as ${routes.join(' ')}.`;
  return `It is not served at ${gateway}: ${reason ?? 'the gateway has not heard of it'}.`;
}
