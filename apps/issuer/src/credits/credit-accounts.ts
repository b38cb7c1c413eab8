import type { CreditRefill, CreditView } from '@gatehouse/contracts';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';

interface Row {
  holder: string;
  remaining: string;
  refill: CreditRefill | null;
  refills_at: Date | null;
}

/**
 * What gateways hold and have not spent is there. A refill that is due is made when somebody spends; who only looks is told of
 * it as if it had been.
 */
const AS_OF_NOW = `
  select holder, refill,
         case when refills_at <= now() then greatest(there, (refill->>'amount')::bigint) else there end as remaining,
         case when refills_at <= now() then next_refill(refill, now()) else refills_at end as refills_at
  from credit_account c, lateral (select c.remaining + leased_credits(c) as there) whole
  where holder = any($1) and name = ''`;

/** Answers what is left to spend. */
@Injectable()
export class CreditAccounts {
  constructor(@Inject(DataSource) private readonly dataSource: DataSource) {}

  /** By holder; who has no credits is not there. The caller has checked whose they are. */
  async of(holders: readonly string[]): Promise<ReadonlyMap<string, CreditView>> {
    const rows = await this.dataSource.query<Row[]>(AS_OF_NOW, [holders]);
    return new Map(rows.map((row) => [row.holder, viewOf(row)]));
  }
}

const viewOf = ({ remaining, refill, refills_at }: Row): CreditView => ({
  remaining: Number(remaining),
  refill,
  refillsAt: refills_at?.toISOString() ?? null,
});
