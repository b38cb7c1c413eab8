import { signaturesOf, textOf } from './checkpoint-note.js';
import { Flaw } from './flaw.js';
import { LogKey } from './log-key.js';

const TIME_BYTES = 8;

/** A tree that enough witnesses cosigned. */
export interface Witnessed {
  size: number;
  /** The witnesses’ names. */
  names: string[];
  /** The earliest of their cosignatures. */
  at: string;
}

/** Counts who cosigned (C2SP tlog-cosignature) the checkpoints that the log agrees with. */
export class WitnessCount {
  readonly #keys: readonly LogKey[];
  readonly #least: number;
  #largest: Witnessed | undefined;

  /** @throws Flaw when a key is none. */
  constructor({ keys, least }: { keys: readonly string[]; least: number }) {
    this.#keys = [...new Set(keys)].map((line) => LogKey.parse(line, 'witness'));
    this.#least = least;
  }

  /**
   * Takes a checkpoint in whose root was found right.
   * @throws Flaw when a witness's cosignature is not its own.
   */
  see(size: number, note: string): void {
    const cosigned = new Map<LogKey, number>();
    for (const { key, bytes } of signaturesOf(note, this.#keys)) {
      const seconds = bytes.length > TIME_BYTES ? bytes.readBigUInt64BE() : 0n;
      const message = `cosignature/v1\ntime ${seconds}\n${textOf(note)}`;
      if (!key.signed(message, bytes.subarray(TIME_BYTES)))
        throw new Flaw(`the cosignature of ${key.name} under the checkpoint of size ${size} does not verify`);
      cosigned.set(key, Number(seconds));
    }
    if (cosigned.size < this.#least || size < (this.#largest?.size ?? 0)) return;
    const at = new Date(Math.min(...cosigned.values()) * 1000).toISOString();
    this.#largest = { size, names: [...cosigned.keys()].map(({ name }) => name), at };
  }

  /** @throws Flaw when no checkpoint has cosignatures enough. */
  enough(): Witnessed {
    if (this.#largest) return this.#largest;
    throw new Flaw(`no checkpoint was cosigned by ${this.#least} of the ${this.#keys.length} witnesses`);
  }
}
