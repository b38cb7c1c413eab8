import { MalformedEvent, PositionString } from '@gatehouse/contracts';
import type { Position } from '@gatehouse/kernel';
import { leafOf } from '../log/leaf.js';
import type { AppendableLeaf, Leaf } from '../log/leaf.js';
import { digestOf, eventIdOf, Poison } from '../quarantine/poison.js';

/** An event of the issuer, ready for the log. */
export interface IssuerEvent {
  position: Position;
  leaf: AppendableLeaf;
}

/** The same with what it was made of. */
export interface ReceivedEvent extends IssuerEvent {
  preceding: Position;
  leaf: Leaf;
  json: Readonly<Record<string, unknown>>;
}

/** What comes of an event: all that is ever needed of it, or why it can never be logged. */
export type Reading<Event extends IssuerEvent = ReceivedEvent> = { event: Event } | { poison: Poison };

/** @throws MalformedEvent when it can never be logged, or has no place in the issuer's order. */
export function receivedEventOf(json: unknown): ReceivedEvent {
  if (typeof json !== 'object' || json === null) throw new MalformedEvent('an event is an object');
  const event = json as Readonly<Record<string, unknown>>;
  const leaf = leafOf('issuer', event);
  return { position: placeIn(event, 'position'), preceding: placeIn(event, 'preceding'), leaf, json: event };
}

/** An event of the feed, which may be anything. */
export function readEvent(json: Readonly<Record<string, unknown>>): Reading {
  try {
    return { event: receivedEventOf(json) };
  } catch (error) {
    if (!(error instanceof MalformedEvent)) throw error;
    return { poison: poisonOf(json, error.message) };
  }
}

/** An event whose id was logged with other content. */
export const contradiction = ({ json, leaf }: ReceivedEvent): Poison =>
  poisonOf(json, `event ${leaf.eventId}: was logged before with other content`);

function placeIn(event: Readonly<Record<string, unknown>>, name: 'position' | 'preceding'): Position {
  const parsed = PositionString.safeParse(event[name]);
  if (parsed.success) return parsed.data;
  throw new MalformedEvent(`event ${String(event['id'])}: ${name}: ${parsed.error.issues[0]?.message}`);
}

function poisonOf(event: Readonly<Record<string, unknown>>, rule: string): Poison {
  const position = typeof event['position'] === 'string' ? event['position'].slice(0, 64) : 'unknown';
  const sha256 = digestOf(JSON.stringify(event));
  return new Poison({ stream: 'issuer', position, eventId: eventIdOf(event), sha256, rule });
}
