import type { PoisonView } from '@gatehouse/contracts';
import type { Position } from '@gatehouse/kernel';
import { HASH_BYTES } from '@gatehouse/tlog';
import { Poison } from '../../quarantine/poison.js';
import type { IssuerEvent, Reading } from '../issuer-event.js';
import type { ReadPage } from '../page.js';

/** A page as it goes from the thread that reads to the one that writes: a few large buffers that change hands. */
export interface PackedPage {
  readonly next: Position;
  readonly complete: boolean | undefined;
  /** Of the events that become leaves, in their order. */
  readonly positions: readonly Position[];
  readonly eventIds: readonly string[];
  readonly hashes: Uint8Array<ArrayBuffer>;
  readonly rows: Uint8Array<ArrayBuffer>;
  /** Where each row ends. */
  readonly rowEnds: Uint32Array<ArrayBuffer>;
  /** What can never be logged, and its place among all of them; lowest first. */
  readonly poisons: readonly { readonly at: number; readonly view: PoisonView }[];
}

/** Leaves and all; of what the events were made of nothing is kept. */
export function packed({ events, next, complete }: ReadPage): PackedPage {
  const good = events.flatMap((reading) => ('event' in reading ? [reading.event] : []));
  return {
    next,
    complete,
    positions: good.map(({ position }) => position),
    eventIds: good.map(({ leaf }) => leaf.eventId),
    hashes: joined(good.map(({ leaf }) => leaf.leafHash)),
    rows: joined(good.map(({ leaf }) => leaf.row)),
    rowEnds: endsOf(good.map(({ leaf }) => leaf.row.length)),
    poisons: events.flatMap((reading, at) =>
      'poison' in reading ? [{ at, view: reading.poison.view }] : [],
    ),
  };
}

/** What need not be copied. */
export const movedWith = ({ hashes, rows, rowEnds }: PackedPage): ArrayBuffer[] => [
  hashes.buffer,
  rows.buffer,
  rowEnds.buffer,
];

/** The page again. */
export function unpacked({ poisons, ...page }: PackedPage): ReadPage {
  const events: Reading<IssuerEvent>[] = page.positions.map((_, nth) => ({ event: eventAt(page, nth) }));
  for (const { at, view } of poisons) events.splice(at, 0, { poison: new Poison(view) });
  return { events, next: page.next, complete: page.complete };
}

function eventAt(page: Omit<PackedPage, 'poisons'>, nth: number): IssuerEvent {
  return {
    position: page.positions[nth]!,
    leaf: {
      channel: 'issuer',
      eventId: page.eventIds[nth]!,
      leafHash: page.hashes.subarray(nth * HASH_BYTES, (nth + 1) * HASH_BYTES),
      row: page.rows.subarray(page.rowEnds[nth - 1] ?? 0, page.rowEnds[nth]),
    },
  };
}

function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function endsOf(lengths: readonly number[]): Uint32Array<ArrayBuffer> {
  let end = 0;
  return Uint32Array.from(lengths, (length) => (end += length));
}
