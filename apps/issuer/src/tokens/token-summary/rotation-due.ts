import { IsNull, Not, Raw } from 'typeorm';
import type { TokenCondition } from './token-condition.js';

const DAY_MS = 86_400_000;

/** Tokens that live and whose policy wants their newest secret replaced within some days. */
export function rotationDueWithin(days: number, now: Date): TokenCondition {
  const by = new Date(now.getTime() + days * DAY_MS);
  return {
    id: Raw(
      (id) => `(select max(s.added_at) from token_secret s where s.token_id = ${id})
        + make_interval(days => (rotation->>'everyDays')::int) <= :by`,
      { by },
    ),
    rotation: Not(IsNull()),
    revokedAt: IsNull(),
    expiresAt: Raw((expiresAt) => `(${expiresAt} is null or ${expiresAt} > :now)`, { now }),
  };
}
