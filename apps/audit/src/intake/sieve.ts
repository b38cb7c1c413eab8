import type { FeedAnswer } from '@gatehouse/contracts';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { keyOf, loggedAmong } from '../log/logged-among.js';
import type { Poison } from '../quarantine/poison.js';
import { QuarantineLog } from '../quarantine/quarantine-log.js';
import { contradiction, readEvent } from './issuer-event.js';
import type { IssuerEvent, Reading, ReceivedEvent } from './issuer-event.js';

/** What can be logged of some events, and the first thing that cannot and was not decided on. */
export interface Sifted<Event extends IssuerEvent = ReceivedEvent> {
  good: Event[];
  poison: Poison | undefined;
  /** Those that it was decided to leave out. */
  leftOut: number;
}

/** Tells what can be logged from what cannot, and what it was decided to leave out. */
@Injectable()
export class Sieve {
  constructor(
    @Inject(QuarantineLog) private readonly quarantine: QuarantineLog,
    @Inject(DataSource) private readonly dataSource: DataSource,
  ) {}

  /** @param thorough also holds each event against what was logged under its id. */
  async sift(events: FeedAnswer['events'], thorough: boolean): Promise<Sifted> {
    const readings = events.map(readEvent);
    return this.divide(thorough ? await this.withContradictions(readings) : readings);
  }

  /** What comes before the first poison that nobody has decided on. */
  async divide<Event extends IssuerEvent>(readings: readonly Reading<Event>[]): Promise<Sifted<Event>> {
    const poisons = readings.flatMap((reading) => ('poison' in reading ? [reading.poison] : []));
    const decided = await this.quarantine.decidedAmong(poisons);
    const good: Event[] = [];
    let leftOut = 0;
    for (const reading of readings) {
      if ('event' in reading) good.push(reading.event);
      else if (decided.has(reading.poison)) leftOut += 1;
      else return { good, poison: reading.poison, leftOut };
    }
    return { good, poison: undefined, leftOut };
  }

  private async withContradictions(readings: readonly Reading[]): Promise<Reading[]> {
    const leaves = readings.flatMap((reading) => ('event' in reading ? [reading.event.leaf] : []));
    const logged = await loggedAmong(this.dataSource.manager, leaves);
    return readings.map((reading) => {
      if (!('event' in reading)) return reading;
      const before = logged.get(keyOf(reading.event.leaf));
      const isSame = !before || Buffer.from(before).equals(reading.event.leaf.leafHash);
      return isSame ? reading : { poison: contradiction(reading.event) };
    });
  }
}
