import { setImmediate as aTurn } from 'node:timers/promises';
import type { FeedAnswer } from '@gatehouse/contracts';
import type { Position } from '@gatehouse/kernel';
import type { FeedSource } from './feed-source.js';
import { readEvent } from './issuer-event.js';
import type { IssuerEvent, Reading } from './issuer-event.js';

/** Some of the issuer's events in their order, read or not. */
export interface Page<Item> {
  events: readonly Item[];
  /** Where to go on. */
  next: Position;
  /** False while committed events are withheld because an older transaction is still open. */
  complete?: boolean | undefined;
}

/** What gives pages. */
export type Pages<Item> = (after: Position, limit: number) => Promise<Page<Item>>;

/** A page of which leaves have been made. */
export type ReadPage = Page<Reading<IssuerEvent>>;

/** Events read in one turn of the event loop: a transaction under way in this thread waits about a millisecond for them. */
const AT_A_TIME = 50;

/** Pages whose leaves are made when they are asked for. */
export const readPages =
  (pages: Pages<FeedAnswer['events'][number]>) =>
  async (after: Position, limit: number): Promise<ReadPage> => {
    const { events, ...place } = await pages(after, limit);
    const readings: Reading<IssuerEvent>[] = [];
    for (const event of events) {
      if (readings.length % AT_A_TIME === 0) await aTurn();
      readings.push(leanReading(event));
    }
    return { ...place, events: readings };
  };

/** Without what the leaf was made of: a page's worth of it would outlive a garbage collection or two. */
function leanReading(json: FeedAnswer['events'][number]): Reading<IssuerEvent> {
  const reading = readEvent(json);
  if ('poison' in reading) return reading;
  const { position, leaf } = reading.event;
  const { channel, eventId, leafHash, row } = leaf;
  return { event: { position, leaf: { channel, eventId, leafHash, row } } };
}

/** The issuer's own. */
export const pagesOf =
  (source: FeedSource): Pages<FeedAnswer['events'][number]> =>
  (after, limit) =>
    source.feed(after, limit);
