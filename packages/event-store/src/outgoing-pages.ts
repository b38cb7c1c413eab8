import { ORIGIN, type Position } from '@gatehouse/kernel';
import type { FeedEvent, FeedPage } from './feed.js';
import type { RelayCheckpoint } from './relay-checkpoint.js';

/**
 * Publishes events that follow one another, in a run: a call may be made before the last one has answered, and means its
 * events to come right behind. When it rejects, any number of the first ones may be published: they come again.
 * @param previousId the event before, to be expected by the broker as the last one; absent for the first of a run.
 */
export type PublishRun = (events: readonly FeedEvent[], previousId: string | undefined) => Promise<void>;

/** Sent and not yet answered: while the broker is away, no more than this waits for it. */
const MOST_UNDER_WAY = 3;

/**
 * Pages on their way to the broker: the next is sent while the last is still being answered. One counts as published only
 * when all before it are; after a failure it is not known which are, and all that do not count are sent again.
 */
export class OutgoingPages {
  readonly #underWay = new Set<Promise<void>>();
  #published: Promise<void> = Promise.resolve();
  #lastId: string | undefined;
  #sent: Position = ORIGIN;
  #failure: { error: unknown } | undefined;

  /** @param onFailure told when a page has failed, while nobody may be waiting for it. */
  constructor(
    private readonly publish: PublishRun,
    private readonly checkpoint: RelayCheckpoint,
    private readonly onFailure: () => void,
  ) {}

  /** Where the next page begins. */
  get sent(): Position {
    return this.#sent;
  }

  /** Whether nothing was sent yet in this run: of the broker, nothing can be expected. */
  get isBeginning(): boolean {
    return this.#lastId === undefined;
  }

  /** Whether all that was sent is published. */
  get areAnswered(): boolean {
    return this.#underWay.size === 0 && !this.#failure;
  }

  /** @throws what a page under way has failed with: {@link restart}. */
  refuseAfterFailure(): void {
    if (this.#failure) throw this.#failure.error;
  }

  /**
   * @returns once another page may be sent: of the first one of a run, when it is published.
   * @throws as {@link refuseAfterFailure}.
   */
  async send({ events, next }: FeedPage): Promise<void> {
    const isFirst = this.isBeginning;
    const answered = this.publish(events, this.#lastId).finally(() => this.#underWay.delete(answered));
    this.#underWay.add(answered);
    this.#lastId = events.at(-1)!.id;
    this.#sent = next;
    this.#published = Promise.all([this.#published, answered]).then(() => this.checkpoint.advance(next));
    this.#published.catch((error: unknown) => this.#fail(error));
    if (isFirst) await this.#published;
    else if (this.#underWay.size >= MOST_UNDER_WAY) await Promise.race(this.#underWay);
    this.refuseAfterFailure();
  }

  /** Resolves when nothing is under way any more, whatever came of it. */
  async settle(): Promise<void> {
    await Promise.allSettled(this.#underWay);
    await this.#published.catch(() => undefined); // was told when it failed
  }

  /** Goes on behind what is known to be published, with a new run. Nothing may be under way. */
  restart(): void {
    this.#published = Promise.resolve();
    this.#lastId = undefined; // what the broker holds last is no longer known
    this.#sent = this.checkpoint.published;
    this.#failure = undefined;
  }

  #fail(error: unknown): void {
    this.#failure ??= { error };
    this.onFailure();
  }
}
