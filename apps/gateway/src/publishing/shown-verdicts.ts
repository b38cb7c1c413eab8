import type { PublishedChange, PublishedInForce, UnservedApi } from '@gatehouse/contracts';
import type { Verdict } from './published-routes.js';

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

/** Those that are served as they were, for who asks. */
export const outdatedOf = (verdicts: readonly Verdict[]): UnservedApi[] =>
  verdicts.flatMap(({ api, tenant, name, behind }) =>
    behind === null ? [] : [{ api, tenant, name, reason: behind }],
  );

/** What would be different. */
export function changesOf(before: readonly Verdict[], after: readonly Verdict[]): PublishedChange[] {
  const reasons = new Map(before.map(({ api, reason }) => [api, reason]));
  const isOther = ({ api, reason }: Verdict) => reasons.get(api) !== reason;
  return after.filter(isOther).map(({ api, tenant, name, reason }) => ({
    api,
    tenant,
    name,
    before: reasons.get(api) ?? null,
    after: reason,
  }));
}
