import { LegalHoldLifted, LegalHoldPlaced, OPERATOR_TENANT } from '@gatehouse/contracts';
import type { HoldBody, LegalHold } from '@gatehouse/contracts';
import { newId } from '@gatehouse/kernel';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { LeafAppender } from '../../intake/leaf-appender.js';
import { auditLeafOf } from '../../log/audit-leaf.js';

const MOST_SHOWN = 1_000;

interface HoldRow {
  id: string;
  kind: LegalHold['kind'];
  value: string;
  reason: string;
  placed_by: string;
  placed_at: Date;
  lifted_by: string | null;
  lifted_at: Date | null;
  lift_reason: string | null;
}

/** Holds that win over the retention. Placed and lifted by entries of the log, which take effect with them. */
@Injectable()
export class LegalHolds {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(LeafAppender) private readonly appender: LeafAppender,
  ) {}

  /** Those in force first, the newest first. */
  list(): Promise<LegalHold[]> {
    return this.select('order by lift.hold is not null, hold.placed_at desc limit $1', [MOST_SHOWN]);
  }

  /** Once this returns, no body that the hold covers expires any more. */
  async place({ kind, value, reason }: HoldBody, actor: string): Promise<LegalHold> {
    const holdId = newId('hold');
    const leaf = auditLeafOf(LegalHoldPlaced, {
      id: `placed-${holdId}`,
      subject: holdId,
      tenant: OPERATOR_TENANT,
      actor,
      data: { holdId, kind, value, reason },
    });
    await this.appender.append([leaf], undefined, (manager) =>
      manager.query(
        'insert into legal_holds (id, kind, value, reason, placed_by) values ($1, $2, $3, $4, $5)',
        [holdId, kind, value, reason, actor],
      ),
    );
    return (await this.find(holdId))!;
  }

  /** Lifted again, it stays lifted as it was. @returns nothing when there is no such hold. */
  async lift(holdId: string, reason: string, actor: string): Promise<LegalHold | undefined> {
    if (!(await this.find(holdId))) return undefined;
    const leaf = auditLeafOf(LegalHoldLifted, {
      id: `lifted-${holdId}`,
      subject: holdId,
      tenant: OPERATOR_TENANT,
      actor,
      data: { holdId, reason },
    });
    await this.appender.append([leaf], undefined, (manager) =>
      manager.query('insert into legal_hold_lifts (hold, reason, lifted_by) values ($1, $2, $3)', [
        holdId,
        reason,
        actor,
      ]),
    );
    return this.find(holdId);
  }

  private async find(holdId: string): Promise<LegalHold | undefined> {
    const [hold] = await this.select('where hold.id = $1', [holdId]);
    return hold;
  }

  private async select(which: string, values: unknown[]): Promise<LegalHold[]> {
    const rows = await this.dataSource.query<HoldRow[]>(
      `select hold.*, lift.lifted_by, lift.lifted_at, lift.reason as lift_reason
       from legal_holds as hold left join legal_hold_lifts as lift on lift.hold = hold.id ${which}`,
      values,
    );
    return rows.map(holdOf);
  }
}

function holdOf(row: HoldRow): LegalHold {
  const { id, kind, value, reason, placed_by: placedBy, placed_at: placedAt } = row;
  const { lifted_by: by, lifted_at: at, lift_reason: why } = row;
  const lifted = by === null || at === null ? null : { by, at: at.toISOString(), reason: why ?? '' };
  return { id, kind, value, reason, placedBy, placedAt: placedAt.toISOString(), lifted };
}
