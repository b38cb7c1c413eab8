import { Inject, Injectable } from '@nestjs/common';
import { DataSource, In } from 'typeorm';
import { SecretUse } from './secret-use.entity.js';
import { TraitUse } from './trait-use.entity.js';
import type { UseTally } from './use-tally.js';

/**
 * Every column is a maximum or a minimum, so a batch that comes twice, late or out of order changes nothing that is newer:
 * no ledger of batches is needed. A gateway's clock that runs ahead cannot freeze a token's last use in the future. Tokens
 * this tenant does not have are left out. Rows are locked in the order of their keys, so that two issuers never wait for
 * each other in a circle.
 */
const RECORD = `
  with secret as (
    insert into secret_use (token_id, secret_id, used_at, ip, country)
    select t.id, u."secretId", least(u.at, now()), u.ip, u.country
    from jsonb_to_recordset($1::jsonb)
      as u("tokenId" text, tenant text, "secretId" text, at timestamptz, ip text, country text)
    join token_summary t on t.id = u."tokenId" and t.tenant = u.tenant
    order by 1, 2
    on conflict (token_id, secret_id) do update
      set used_at = excluded.used_at, ip = excluded.ip, country = excluded.country
      where excluded.used_at > secret_use.used_at
  )
  insert into trait_use (token_id, kind, value, first_used_at, last_used_at)
  select t.id, u.kind, u.value, least(u.first, now()), least(u.last, now())
  from jsonb_to_recordset($2::jsonb)
    as u("tokenId" text, tenant text, kind text, value text, first timestamptz, last timestamptz)
  join token_summary t on t.id = u."tokenId" and t.tenant = u.tenant
  order by 1, 2, 3
  on conflict (token_id, kind, value) do update
    set first_used_at = least(trait_use.first_used_at, excluded.first_used_at),
        last_used_at = greatest(trait_use.last_used_at, excluded.last_used_at)
    where excluded.last_used_at > trait_use.last_used_at or excluded.first_used_at < trait_use.first_used_at`;

/** What tokens were used for, as far as it is known. Usage is no domain event: no stream tells it. */
@Injectable()
export class TokenUses {
  constructor(@Inject(DataSource) private readonly dataSource: DataSource) {}

  /** One statement, whatever the number of uses; repeating it changes nothing. */
  async record(tally: UseTally): Promise<void> {
    if (tally.isEmpty) return;
    const { secrets, traits } = tally.rows();
    await this.dataSource.query(RECORD, [JSON.stringify(secrets), JSON.stringify(traits)]);
  }

  /** Each token's secrets' latest uses, the newest first. */
  async ofSecrets(tokenIds: readonly string[]): Promise<ReadonlyMap<string, readonly SecretUse[]>> {
    const uses = await this.dataSource
      .getRepository(SecretUse)
      .find({ where: { tokenId: In([...tokenIds]) }, order: { usedAt: 'desc' } });
    const byToken = new Map<string, SecretUse[]>(tokenIds.map((id) => [id, []]));
    for (const use of uses) byToken.get(use.tokenId)?.push(use);
    return byToken;
  }

  /** The scopes a token made use of, or the countries it came from; the caller has checked whose token it is. */
  ofTraits(tokenId: string, kind: TraitUse['kind']): Promise<TraitUse[]> {
    return this.dataSource
      .getRepository(TraitUse)
      .find({ where: { tokenId, kind }, order: { lastUsedAt: 'desc' } });
  }
}
