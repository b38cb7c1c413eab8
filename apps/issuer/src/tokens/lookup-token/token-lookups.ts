import { type IdentityLimit, type LookupAnswer, rolesOf } from '@gatehouse/contracts';
import { formatPosition } from '@gatehouse/kernel';
import type { TokenLookup } from '@gatehouse/http';
import type { DataSource } from 'typeorm';
import type { Peppers } from '../peppers.js';

/** The largest sequence: with it, a transaction's position stands for all of the transaction. */
const END_OF_TRANSACTION = '9223372036854775807';

/** Every transaction that may append, below this one, has ended: its events are reflected in what this statement reads. */
const LOOKUP = `
  select (settled_below()::text::numeric - 1)::text as as_of_tx,
         t.id, t.tenant, t.scopes, t.ip_allow, t.ip_deny, t.revoked_at,
         coalesce(t.suspended_reason, n.suspended_reason) as suspended_reason,
         least(t.expires_at, s.retires_at) as expires_at, s.id as secret_id, t.identity_id, t.application_id, t.user_id, t.plan, i.limits,
         array(select c.holder from credit_account c where c.holder in (t.id, t.identity_id) and c.name = '') as credit_holders,
         s.retired_at is not null or s.retires_at <= now() as retired
  from (select 1) as one
  left join token_secret s on s.hash = any($1::text[])
  left join token_summary t on t.id = s.token_id
  left join tenant n on n.id = t.tenant
  left join identity i on i.id = t.identity_id and i.tenant = t.tenant`;

type Found = Extract<LookupAnswer, { found: true }>;

interface Row {
  as_of_tx: string;
  id: string | null;
  tenant: string;
  scopes: string[];
  ip_allow: string[];
  ip_deny: string[];
  expires_at: Date | null;
  revoked_at: Date | null;
  suspended_reason: string | null;
  secret_id: string;
  identity_id: string | null;
  application_id: string | null;
  user_id: string | null;
  plan: string | null;
  limits: IdentityLimit[] | null;
  credit_holders: string[];
  retired: boolean;
}

/** Resolves a token's digest against the read model, with the position the answer is as of. */
export class TokenLookups implements TokenLookup {
  constructor(
    private readonly dataSource: DataSource,
    private readonly peppers: Peppers,
  ) {}

  /** @param imprints what else the token may be known as. */
  async lookup(digest: string, ...imprints: readonly string[]): Promise<LookupAnswer> {
    const hashes = [digest, ...imprints].flatMap((known) => this.peppers.allHashes(known));
    const rows = await this.dataSource.query<Row[]>(LOOKUP, [hashes]);
    const row = rows[0]!;
    const asOf = formatPosition(row.as_of_tx, END_OF_TRANSACTION);
    if (row.id === null) return { found: false, asOf };
    return {
      found: true,
      asOf,
      tokenId: row.id,
      tenant: row.tenant,
      status: statusOf(row),
      scopes: row.scopes,
      ipAllow: row.ip_allow,
      ...(row.ip_deny.length > 0 && { ipDeny: row.ip_deny }),
      expiresAt: row.expires_at?.toISOString() ?? null,
      secretId: row.secret_id,
      ...holderOf(row),
    };
  }
}

/** For whom it is, and what that makes of it. */
function holderOf({
  identity_id: identityId,
  application_id: applicationId,
  user_id: userId,
  plan,
  limits,
  credit_holders: creditHolders,
  scopes,
}: Row): Pick<
  Found,
  'identityId' | 'limits' | 'creditHolders' | 'applicationId' | 'userId' | 'plan' | 'roles'
> {
  const roles = rolesOf(scopes);
  return {
    ...(identityId !== null && { identityId }),
    ...(applicationId !== null && { applicationId }),
    ...(userId !== null && { userId }),
    ...(plan !== null && { plan }),
    ...(limits && limits.length > 0 && { limits }),
    ...(creditHolders.length > 0 && { creditHolders }),
    ...(roles.length > 0 && { roles }),
  };
}

function statusOf({ revoked_at, retired, suspended_reason }: Row): Found['status'] {
  if (revoked_at) return 'revoked';
  if (retired) return 'retired';
  return suspended_reason === null ? 'active' : 'suspended';
}
