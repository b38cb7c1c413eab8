import type { UnservedApi } from '@gatehouse/contracts';
import type { System } from '../system/system.js';

/** Whether a gateway serves a published API. */
export interface Served {
  readonly gateway: string;
  /** Ids of its routes there. */
  readonly routes: readonly string[];
  /** Why it is not served; `null`: it is, or the gateway has not heard of it. */
  readonly reason: string | null;
  /** What its latest version waits for, while it is served as it was before; `null`: nothing. */
  readonly behind: string | null;
}

/** What the gateway of the system says of a published API; `undefined`: it cannot be asked. */
export async function whereServed(system: System, api: string): Promise<Served | undefined> {
  if (system.gatewayAdminUrl === undefined) return undefined;
  const answer = await system
    .gatewayAdmin()
    .routes()
    .catch(() => undefined);
  if (!answer) return undefined;
  const reasonIn = (some: readonly UnservedApi[]) => some.find((one) => one.api === api)?.reason ?? null;
  return {
    gateway: answer.gateway,
    routes: answer.routes.filter((route) => route.api === api).map(({ id }) => id),
    reason: reasonIn(answer.unserved),
    behind: reasonIn(answer.outdated),
  };
}

/** For people. */
export function servedText(served: Served | undefined): string {
  if (!served) return 'Whether a gateway serves it is not known (--gateway-admin-url).';
  const { gateway, routes, reason, behind } = served;
  if (routes.length > 0) {
    const as = behind === null ? '' : `, as it was before its latest change: ${behind}`;
    return `It is served at ${gateway} as ${routes.join(' ')}${as}.`;
  }
  return `It is not served at ${gateway}: ${reason ?? 'the gateway has not heard of it'}.`;
}
