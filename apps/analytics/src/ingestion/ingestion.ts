import type { Clock } from '@gatehouse/kernel';
import type { Delivery, MessagingLogger, Verdict } from '@gatehouse/messaging';
import type { BatchLedger, HeldPart } from './batch-ledger.js';
import type { DeadLetters } from './dead-letters.js';
import { EarlyParts } from './early-parts.js';
import { insertsOf } from './inserts.js';
import * as metrics from './ingestion.metrics.js';
import { recover, type Recovered } from './recover.js';
import { readPart, type RequestPart, type Unreadable } from './request-part.js';
import { lineOf, type RequestTable } from './request-table.js';

/** What ingestion works with. */
export interface IngestionOptions {
  table: RequestTable;
  ledger: BatchLedger;
  deadLetters: DeadLetters;
  clock: Clock;
  logger: MessagingLogger;
  /** Told how far a gateway's batches are held for good. */
  announce: (gateway: string, batch: number) => void;
  /** How long to wait for the batch before an early one: longer than what a dead process had under way takes to come again. */
  patienceMs: number;
}

interface Received {
  delivery: Delivery;
  content: RequestPart | Unreadable;
}

/**
 * Takes RequestLogged events into ClickHouse, each record once (invariant 6). There must be one ingestion per database.
 *
 * The records of a group of parts first, then the parts in the ledger, then the acknowledgement. Ended between any two of
 * these, it goes on from {@link recover}; so it does after a failed insert, which may have had its effect all the same.
 */
export class Ingestion {
  private state: Recovered | undefined;
  private readonly early = new EarlyParts();

  constructor(private readonly options: IngestionOptions) {}

  /** Reads how far it is. Nothing is taken in before. */
  async start(): Promise<void> {
    await this.recovered();
  }

  /** Announces the watermark of every gateway. */
  announceAll(): void {
    for (const [gateway, batch] of this.state?.admission.watermarks() ?? [])
      this.options.announce(gateway, batch);
  }

  /**
   * Takes in one group of deliveries; the next one only when this has ended.
   * @throws what ClickHouse throws: all of the group must be delivered again.
   */
  async handle(deliveries: readonly Delivery[]): Promise<Verdict[]> {
    const state = await this.recovered();
    try {
      return await this.take(deliveries, state);
    } catch (error) {
      this.state = undefined;
      throw error;
    }
  }

  private async recovered(): Promise<Recovered> {
    this.state ??= await recover(this.options.table, this.options.ledger);
    return this.state;
  }

  private async take(deliveries: readonly Delivery[], state: Recovered): Promise<Verdict[]> {
    const received = deliveries.map((delivery) => ({ delivery, content: readPart(delivery.json) }));
    const accepted: HeldPart[] = [];
    const verdicts = new Map<Delivery, Verdict>();
    for (const next of received.toSorted(byBatch))
      verdicts.set(next.delivery, await this.decide(next, state, accepted));
    this.admitEarly(state, accepted);
    for (const parts of insertsOf(accepted)) await this.hold(parts, state);
    this.announceAmong(received, state);
    return deliveries.map((delivery) => verdicts.get(delivery)!);
  }

  /** The verdict of a delivery, given that what it adds to `accepted` can be inserted. */
  private async decide(received: Received, state: Recovered, accepted: HeldPart[]): Promise<Verdict> {
    const { delivery, content: part } = received;
    if (!('batch' in part)) return this.bury(delivery, part.defect);
    const decision = state.admission.admit(part);
    switch (decision.kind) {
      case 'duplicate':
        metrics.duplicates.inc();
        return 'ack';
      case 'early':
        return this.defer(part);
      case 'contradiction':
        return this.bury(delivery, `batch ${part.batch} was cut differently before`);
      case 'accept':
        accepted.push({ part, gap: decision.gap });
        return part.defect ? this.bury(delivery, part.defect) : 'ack';
    }
  }

  /**
   * An early batch is delivered again until the one before it has come. When that has not come in time, it will only come by
   * its gateway's sending everything again from there on: early ones must then go, or they fill all that may be under way.
   */
  private defer(part: RequestPart): Verdict {
    const waitedMs = this.early.keep(part, this.now());
    if (waitedMs <= this.options.patienceMs) return 'retry';
    metrics.earlyDropped.inc();
    return 'ack';
  }

  /** Adds the early parts whose turn has come with those just accepted. */
  private admitEarly({ admission }: Recovered, accepted: HeldPart[]): void {
    for (const gateway of new Set(accepted.map(({ part }) => part.gateway))) {
      const next = () => this.early.take(gateway, admission.watermarkOf(gateway), this.now());
      for (let parts = next(); parts.length > 0; parts = next())
        for (const part of parts) {
          const decision = admission.admit(part);
          if (decision.kind === 'accept') accepted.push({ part, gap: decision.gap });
        }
    }
  }

  private now(): number {
    return this.options.clock.now().getTime();
  }

  private async hold(parts: readonly HeldPart[], state: Recovered): Promise<void> {
    const { table, ledger } = this.options;
    const insertedAt = Math.max(this.now(), state.lastInsertedAt + 1);
    state.lastInsertedAt = insertedAt;
    const held: HeldPart[] = [];
    const lines: string[] = [];
    for (const { part, gap } of parts) {
      for (const record of state.landed.take(part)) lines.push(lineOf(part, record, insertedAt));
      held.push({ part, gap: Math.max(0, gap - state.landed.passOver(part)) });
    }
    await table.insert(lines, insertedAt);
    await ledger.append(held, insertedAt);
    this.measure(held, lines.length);
  }

  private async bury(delivery: Delivery, reason: string): Promise<Verdict> {
    const { deadLetters, logger } = this.options;
    const { subject, json: payload } = delivery;
    await deadLetters.keep({ subject, reason, payload }, this.now());
    metrics.deadLetters.inc();
    logger.error({ subject, reason }, 'event breaks the contract, kept as a dead letter');
    return 'poison';
  }

  private announceAmong(received: readonly Received[], { admission }: Recovered): void {
    const gateways = new Set(received.flatMap(({ content }) => ('batch' in content ? content.gateway : [])));
    for (const gateway of gateways) this.options.announce(gateway, admission.watermarkOf(gateway));
  }

  private measure(held: readonly HeldPart[], rows: number): void {
    const newest = held.at(-1)?.part.records.at(-1)?.at;
    if (newest) metrics.lagSeconds.set((this.now() - Date.parse(newest)) / 1000);
    metrics.rowsInserted.inc(rows);
    metrics.batchesIngested.inc(held.length);
    metrics.recordsMissing.inc(held.reduce((sum, { gap }) => sum + gap, 0));
  }
}

/** A gateway's batches in order, so that one group can hold many of them; before them what cannot be read. */
function byBatch({ content: a }: Received, { content: b }: Received): number {
  if (!('batch' in a)) return 'batch' in b ? -1 : 0;
  if (!('batch' in b)) return 1;
  if (a.gateway !== b.gateway) return a.gateway < b.gateway ? -1 : 1;
  return a.batch - b.batch || a.part - b.part;
}
