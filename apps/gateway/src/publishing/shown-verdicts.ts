import type { PublishedChange, PublishedInForce, UnservedApi } from '@gatehouse/contracts';
import { newsIn, type Verdict } from './published-routes.js';

/** A verdict, for who may see the configuration. */
export const shownOf = ({ api, tenant, name, reason }: Verdict): PublishedInForce => ({
  api,
  tenant,
  name,
  reason,
});

/** Those that are not served, for who asks. */
export const unservedOf = (verdicts: readonly Verdict[]): UnservedApi[] =>
  verdicts.flatMap(({ api, tenant, name, reason }) =>
    reason === null ? [] : [{ api, tenant, name, reason }],
  );

/** What would be different. */
export function changesOf(before: readonly Verdict[], after: readonly Verdict[]): PublishedChange[] {
  const reasons = new Map(before.map(({ api, reason }) => [api, reason]));
  return newsIn(before, after).map(({ api, tenant, name, reason }) => ({
    api,
    tenant,
    name,
    before: reasons.get(api) ?? null,
    after: reason,
  }));
}
