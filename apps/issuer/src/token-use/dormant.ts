import { IsNull, LessThan, Raw } from 'typeorm';
import type { TokenCondition } from '../tokens/token-summary/token-condition.js';

const DAY_MS = 86_400_000;

/** Tokens that could be used now and were not for some days; one that was never used counts from its issue. */
export function dormantFor(days: number, now: Date): TokenCondition {
  const since = new Date(now.getTime() - days * DAY_MS);
  const unused = Raw(
    (id) => `not exists (select from secret_use u where u.token_id = ${id} and u.used_at >= :since)`,
    { since },
  );
  return {
    id: unused,
    createdAt: LessThan(since),
    revokedAt: IsNull(),
    expiresAt: Raw((expiresAt) => `(${expiresAt} is null or ${expiresAt} > :now)`, { now }),
  };
}
