import { IpRange, limitName, LimitSpec, ScopeNeed } from '@gatehouse/contracts';
import { stringify } from 'yaml';
import { z } from 'zod';
import { ConfigDocument } from '../routes/config-document.js';

/** Rules to try on top of a gateway.yaml. */
export const NewRules = z.strictObject({
  /** Absent: all routes. */
  routes: z.array(z.string()).optional(),
  /** One of the same name is replaced. */
  limits: z.array(LimitSpec).optional(),
  /** By method; the others stay. */
  scopes: z.record(z.string(), ScopeNeed).optional(),
  /** Replaces the list. */
  ipAllow: z.array(IpRange).optional(),
  /** Added to the list. */
  ipDeny: z.array(IpRange).optional(),
});
export type NewRules = z.infer<typeof NewRules>;

const Route = z.looseObject({
  id: z.string(),
  limits: z.array(LimitSpec).default([]),
  scopes: z.record(z.string(), z.unknown()),
  ipDeny: z.array(z.string()).default([]),
});
const File = z.looseObject({ routes: z.array(Route) });

/**
 * The text of a gateway.yaml with rules put into it, so that they are held to what a gateway takes.
 * @param text that is known to be good.
 * @throws RangeError for a route that it does not have.
 */
export function withRules(text: string, rules: NewRules): string {
  const file = File.parse(new ConfigDocument(text, '').value());
  const ids = new Set(file.routes.map(({ id }) => id));
  const stranger = rules.routes?.find((id) => !ids.has(id));
  if (stranger !== undefined) throw new RangeError(`there is no route ${stranger}: ${[...ids].join(', ')}`);
  const isMeant = (id: string) => !rules.routes || rules.routes.includes(id);
  return stringify({
    ...file,
    routes: file.routes.map((route) => (isMeant(route.id) ? changed(route, rules) : route)),
  });
}

function changed(route: z.infer<typeof Route>, { limits = [], scopes, ipAllow, ipDeny = [] }: NewRules) {
  const replaced = new Set(limits.map(limitName));
  const denied = [...route.ipDeny, ...ipDeny];
  return {
    ...route,
    limits: [...route.limits.filter((limit) => !replaced.has(limitName(limit))), ...limits],
    scopes: { ...route.scopes, ...scopes },
    ...(ipAllow ? { ipAllow } : {}),
    ...(denied.length > 0 ? { ipDeny: denied } : {}),
  };
}
