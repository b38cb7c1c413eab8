import { OPERATOR_TENANT, RetentionEnded, RetentionSet, RetentionStarted } from '@gatehouse/contracts';
import type { RetentionBody, RetentionForecast, RetentionRun } from '@gatehouse/contracts';
import { newEventId } from '@gatehouse/kernel';
import { Inject, Injectable } from '@nestjs/common';
import { LeafAppender } from '../intake/leaf-appender.js';
import { auditLeafOf } from '../log/audit-leaf.js';
import { RetentionStore } from './retention-store.js';

const SUBJECT = { subject: 'retention', tenant: OPERATOR_TENANT };

/** What is decided about how long bodies are kept. Each decision is an entry, and takes effect with it. */
@Injectable()
export class Retention {
  constructor(
    @Inject(RetentionStore) private readonly store: RetentionStore,
    @Inject(LeafAppender) private readonly appender: LeafAppender,
  ) {}

  /** Puts a policy in force, or only says what it would do. */
  async set({ rules, reason, dryRun }: RetentionBody, actor: string): Promise<RetentionForecast> {
    const due = await this.store.due(rules);
    if (!dryRun) {
      const leaf = auditLeafOf(RetentionSet, {
        ...SUBJECT,
        id: newEventId(),
        actor,
        data: { rules, reason },
      });
      await this.appender.append([leaf], undefined, (manager) => this.store.set(manager, rules, actor));
    }
    return { dryRun, rules, due };
  }

  /** Begins a run, unless one is under way. @returns nothing when no body is due. */
  async start(actor: string): Promise<RetentionRun | undefined> {
    const { rules, lastRun } = await this.store.view();
    if (lastRun?.endedAt === null) return lastRun;
    if (!(await this.store.due(rules)).some(({ entries }) => entries > 0)) return undefined;
    const id = newEventId();
    const leaf = auditLeafOf(RetentionStarted, { ...SUBJECT, id, actor, data: { rules } });
    await this.appender.append([leaf], undefined, (manager) => this.store.begin(manager, id));
    return this.store.lastRun();
  }

  /** Records what a run did, once. */
  async end({ run, expired, held }: RetentionRun): Promise<void> {
    const leaf = auditLeafOf(RetentionEnded, {
      ...SUBJECT,
      id: `retention-ended-${run}`,
      actor: 'system:audit',
      data: { run, expired, held },
    });
    await this.appender.append([leaf], undefined, (manager) => this.store.end(manager, run));
  }
}
