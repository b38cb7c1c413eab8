import { LookupAnswer } from '@gatehouse/contracts';
import { formatPosition } from '@gatehouse/kernel';
import type { TokenLookup } from '@gatehouse/http';
import type { DataSource } from 'typeorm';
import type { Peppers } from '../peppers.js';

/** The largest sequence: with it, a transaction's position stands for all of the transaction. */
const END_OF_TRANSACTION = '9223372036854775807';

/** Every transaction below the snapshot's xmin has ended, so its events are reflected in what this statement reads. */
const LOOKUP = `
  select (pg_snapshot_xmin(pg_current_snapshot())::text::numeric - 1)::text as as_of_tx,
         t.id, t.tenant, t.scopes, t.ip_allow, t.expires_at, t.revoked_at
  from (select 1) as one
  left join token_summary t on t.secret_hash = any($1::text[])`;

interface Row {
  as_of_tx: string;
  id: string | null;
  tenant: string;
  scopes: string[];
  ip_allow: string[];
  expires_at: Date | null;
  revoked_at: Date | null;
}

/** Resolves a token's digest against the read model, with the position the answer is as of. */
export class TokenLookups implements TokenLookup {
  constructor(
    private readonly dataSource: DataSource,
    private readonly peppers: Peppers,
  ) {}

  async lookup(digest: string): Promise<LookupAnswer> {
    const rows = await this.dataSource.query<Row[]>(LOOKUP, [this.peppers.allHashes(digest)]);
    const row = rows[0]!;
    const asOf = formatPosition(row.as_of_tx, END_OF_TRANSACTION);
    if (row.id === null) return { found: false, asOf };
    return {
      found: true,
      asOf,
      tokenId: row.id,
      tenant: row.tenant,
      status: row.revoked_at ? 'revoked' : 'active',
      scopes: row.scopes,
      ipAllow: row.ip_allow,
      expiresAt: row.expires_at?.toISOString() ?? null,
    };
  }
}
