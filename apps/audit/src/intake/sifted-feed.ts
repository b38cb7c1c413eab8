import type { FeedAnswer } from '@gatehouse/contracts';
import { MalformedEvent, parseEnvelope } from '@gatehouse/contracts';
import type { Position } from '@gatehouse/kernel';
import type { FeedPage } from '@gatehouse/messaging';
import type { DataSource } from 'typeorm';
import { leafOf } from '../log/leaf.js';
import type { Leaf } from '../log/leaf.js';
import { keyOf, loggedAmong } from '../log/logged-among.js';
import { digestOf, eventIdOf, Poison } from '../quarantine/poison.js';
import type { QuarantineLog } from '../quarantine/quarantine-log.js';
import type { FeedSource } from './feed-source.js';

type Event = FeedAnswer['events'][number];
/** What an event comes to. */
type Reading = { event: Event; leaf: Leaf } | { event: Event; poison: Poison };

/** What can be logged of some events, and the first thing that cannot and was not decided on. */
export interface Sifted {
  good: { event: Event; leaf: Leaf }[];
  poison: Poison | undefined;
  /** Those that it was decided to leave out. */
  leftOut: number;
}

/** The issuer's feed without what was quarantined. It ends before poison: what came before that is logged first. */
export class SiftedFeed {
  /** Set while something is wrong: then each event is also held against what was logged under its id. */
  thorough = false;

  constructor(
    private readonly source: FeedSource,
    private readonly quarantine: QuarantineLog,
    private readonly dataSource: DataSource,
    private readonly leafFrom: (event: Event) => Leaf = (event) => leafOf('issuer', event),
  ) {}

  /** @throws Poison when that is what comes next. */
  async feed(after: Position, limit: number): Promise<FeedPage> {
    for (let from = after; ; ) {
      const answer = await this.source.feed(from, limit);
      const { good, poison } = await this.sift(answer.events);
      if (poison && good.length === 0) throw poison;
      const more = poison !== undefined || answer.events.length === limit;
      if (good.length > 0 || !more) return { ...answer, events: good.map(({ event }) => event), more };
      from = answer.next;
    }
  }

  /** @param events as in the feed. */
  async sift(events: readonly Event[]): Promise<Sifted> {
    const readings = events.map((event) => this.read(event));
    const checked = this.thorough ? await this.withContradictions(readings) : readings;
    const poisons = checked.flatMap((reading) => ('poison' in reading ? [reading.poison] : []));
    const decided = await this.quarantine.decidedAmong(poisons);
    const good: Sifted['good'] = [];
    let leftOut = 0;
    for (const reading of checked) {
      if ('leaf' in reading) good.push(reading);
      else if (decided.has(reading.poison)) leftOut += 1;
      else return { good, poison: reading.poison, leftOut };
    }
    return { good, poison: undefined, leftOut };
  }

  private read(event: Event): Reading {
    try {
      parseEnvelope(event);
      return { event, leaf: this.leafFrom(event) };
    } catch (error) {
      if (!(error instanceof MalformedEvent)) throw error;
      return { event, poison: poisonOf(event, error.message) };
    }
  }

  private async withContradictions(readings: readonly Reading[]): Promise<Reading[]> {
    const leaves = readings.flatMap((reading) => ('leaf' in reading ? [reading.leaf] : []));
    const logged = await loggedAmong(this.dataSource.manager, leaves);
    return readings.map((reading) => {
      const before = 'leaf' in reading ? logged.get(keyOf(reading.leaf)) : undefined;
      if (!('leaf' in reading) || !before || Buffer.from(before).equals(reading.leaf.leafHash))
        return reading;
      return { event: reading.event, poison: contradiction(reading.event, reading.leaf.eventId) };
    });
  }
}

/** An event whose id was logged with other content. */
export const contradiction = (event: Event, id: string): Poison =>
  poisonOf(event, `event ${id}: was logged before with other content`);

function poisonOf(event: Event, rule: string): Poison {
  const position = typeof event['position'] === 'string' ? event['position'].slice(0, 64) : 'unknown';
  const sha256 = digestOf(JSON.stringify(event));
  return new Poison({ stream: 'issuer', position, eventId: eventIdOf(event), sha256, rule });
}
