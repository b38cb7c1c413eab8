import { formatPosition, ORIGIN, parsePosition, type Position } from '@gatehouse/kernel';
import type { Queryable } from './feed.js';

/** A leader that ends without a word has the next one publish so much again, which the broker recognises. */
const SAVE_EVERY_MS = 100;

/** How far everything is published, kept beside the events: behind by a moment while much is being published. */
export class RelayCheckpoint {
  #published: Position = ORIGIN;
  #saved: Position = ORIGIN;
  #savedAt = 0;

  /** @param db the leader's own session. */
  constructor(private readonly db: Queryable) {}

  get published(): Position {
    return this.#published;
  }

  /** To be called by whoever becomes leader. */
  async load(): Promise<void> {
    const [row] = await this.db.query<{ tx: string; position: string }>(
      'select tx::text, position::text from relay_checkpoint',
      [],
    );
    this.#saved = this.#published = row ? formatPosition(row.tx, row.position) : ORIGIN;
  }

  /** Only noted: the session may be asked one thing at a time. */
  advance(to: Position): void {
    this.#published = to;
  }

  /** To be called again and again while there is more to publish. */
  async saveNowAndThen(): Promise<void> {
    if (performance.now() - this.#savedAt >= SAVE_EVERY_MS) await this.save();
  }

  /** To be called when there is nothing more to publish for now. */
  async save(): Promise<void> {
    if (this.#saved === this.#published) return;
    const to = this.#published;
    const { tx, sequence } = parsePosition(to)!;
    await this.db.query('update relay_checkpoint set tx = $1::xid8, position = $2', [
      tx.toString(),
      sequence.toString(),
    ]);
    this.#saved = to;
    this.#savedAt = performance.now();
  }
}
