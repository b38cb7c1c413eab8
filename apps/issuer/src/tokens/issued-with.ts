/**
 * SQL of a common table `family (id)`: tokens of tenant $1, everything that was issued with them, and with those. Through the
 * revoked, too: whoever issues a token and loses his own leaves the new one behind.
 * @param seeds which tokens `t`.
 * @param following which of the tokens `child` issued with one of the family belong to it.
 */
export const familyOf = (seeds: string, following = 'true'): string => `
  with recursive family (id) as (
    select t.id from token_summary t where t.tenant = $1 and ${seeds}
    union
    select child.id from family join token_summary child
      on child.tenant = $1 and child.created_by = 'token:' || family.id and ${following}
  )`;

/**
 * What hangs on a service account $2: its tokens, and what was issued with them, or by applications that act as it, for nobody else. A token that was issued for
 * another service account is that one's, and somebody answers for it.
 */
export const FAMILY_OF_ACCOUNT = familyOf(
  `(t.service_account_id = $2 or t.created_by = 'service-account:' || $2 and t.service_account_id is null)`,
  'child.service_account_id is null',
);

/** SQL that is true of a token `t` that could still be used, or be again. */
export const IS_LIVE = 't.revoked_at is null and (t.expires_at is null or t.expires_at > now())';
