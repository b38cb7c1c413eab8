import { LOGGER, Readiness } from '@gatehouse/service';
import type { Logger } from '@gatehouse/service';
import { Inject, Injectable } from '@nestjs/common';
import { Halted } from './audit.metrics.js';

const PARTS = ['issuer', 'requests', 'checkpoint'] as const;

/** What can come to a stop that only a person can end. */
export type HaltingPart = (typeof PARTS)[number];

/** The alarms: a log line, a metric and a failed readiness check for each part that must not go on. */
@Injectable()
export class Halts {
  private readonly standing = new Map<HaltingPart, string>();

  constructor(
    @Inject(LOGGER) private readonly logger: Logger,
    @Inject(Readiness) readiness: Readiness,
  ) {
    for (const part of PARTS) Halted.set({ part }, 0); // an alarm on the metric needs it there before it is 1
    readiness.add('halts', () => {
      const halts = [...this.standing].map(([part, reason]) => `${part}: ${reason}`);
      if (halts.length > 0) throw new Error(halts.join('; '));
    });
  }

  /** Says once that a part has halted, and why; again only when the reason changes. */
  raise(part: HaltingPart, error: Error): void {
    if (this.standing.get(part) === error.message) return;
    this.standing.set(part, error.message);
    Halted.set({ part }, 1);
    this.logger.error({ part, err: error }, 'halted: nothing is skipped, a person has to look');
  }

  /** The part goes on. */
  clear(part: HaltingPart): void {
    if (!this.standing.delete(part)) return;
    Halted.set({ part }, 0);
    this.logger.info({ part }, 'going on');
  }

  /** Whether a part has halted. */
  has(part: HaltingPart): boolean {
    return this.standing.has(part);
  }
}
