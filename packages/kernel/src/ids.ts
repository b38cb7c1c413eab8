import { randomFillSync } from 'node:crypto';
import { V7Generator } from 'uuidv7';

/** Asking the system for random numbers costs more than making an id, so it is asked for those of a hundred ids. */
class RandomNumbers {
  readonly #numbers = new Uint32Array(512);
  #next = this.#numbers.length;

  nextUint32(): number {
    if (this.#next === this.#numbers.length) {
      randomFillSync(this.#numbers);
      this.#next = 0;
    }
    return this.#numbers[this.#next++]!;
  }
}

const uuids = new V7Generator(new RandomNumbers());

/**
 * A new identifier such as `tok_019a…`: a type prefix and a UUIDv7 (RFC 9562 §5.7) without dashes, so that ids sort by age.
 * @param prefix what the id names, e.g. `tok`.
 */
export function newId(prefix: string): string {
  return `${prefix}_${uuids.generate().toHex()}`;
}

/** A new event id: a UUIDv7 (RFC 9562 §5.7). */
export function newEventId(): string {
  return uuids.generate().toString();
}
