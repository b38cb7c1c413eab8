import { EventQuarantined, OPERATOR_TENANT } from '@gatehouse/contracts';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { LeafAppender } from '../intake/leaf-appender.js';
import { auditLeafOf } from '../log/audit-leaf.js';
import type { Poison } from './poison.js';

/** Decisions to leave something out of the log. They are entries of it, and nothing else. */
@Injectable()
export class QuarantineLog {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(LeafAppender) private readonly appender: LeafAppender,
  ) {}

  /** Those that it was decided on. */
  async decidedAmong(poisons: readonly Poison[]): Promise<Set<Poison>> {
    if (poisons.length === 0) return new Set();
    const rows = await this.dataSource.query<{ event_id: string }[]>(
      `select event_id from leaves where channel = 'audit' and event_id = any($1)`,
      [poisons.map(({ decisionId }) => decisionId)],
    );
    const decided = new Set(rows.map(({ event_id }) => event_id));
    return new Set(poisons.filter(({ decisionId }) => decided.has(decisionId)));
  }

  /** Records the decision; its stream goes on within seconds. Made again, it is recorded once. */
  async decide(poison: Poison, { reason, actor }: { reason: string; actor: string }): Promise<void> {
    const leaf = auditLeafOf(EventQuarantined, {
      id: poison.decisionId,
      subject: `${poison.view.stream}-${poison.view.position}`,
      tenant: OPERATOR_TENANT,
      actor,
      data: { ...poison.view, reason },
    });
    await this.appender.append([leaf]);
  }
}
