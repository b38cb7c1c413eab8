import { uuidv7 } from 'uuidv7';

/**
 * A new identifier such as `tok_019a…`: a type prefix and a UUIDv7 (RFC 9562 §5.7) without dashes, so that ids sort by age.
 * @param prefix what the id names, e.g. `tok`.
 */
export function newId(prefix: string): string {
  return `${prefix}_${uuidv7().replaceAll('-', '')}`;
}

/** A new event id: a UUIDv7 (RFC 9562 §5.7). */
export function newEventId(): string {
  return uuidv7();
}
