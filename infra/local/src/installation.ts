import type { Part } from './part.js';
import type { StateDir } from './state-dir.js';
import { Supervised } from './supervised.js';
import type { Observer } from './supervised.js';

/** Running parts in the order they were started, and ended the other way round. */
export class Installation {
  readonly #stages: Supervised[][] = [];
  #stopping = false;

  constructor(
    private readonly state: Pick<StateDir, 'logs' | 'pids'>,
    private readonly observer: Observer,
    private readonly onReady: (part: Part) => void = () => {},
  ) {}

  /**
   * Starts parts that do not need each other, at the same time, and resolves when all are ready.
   * @throws the first failure; the others may still be starting: call `stop`.
   */
  async start(parts: readonly Part[]): Promise<void> {
    if (this.#stopping) throw new Error('the installation is being stopped');
    const stage = parts.map((part) => new Supervised(part, this.state, this.observer));
    this.#stages.push(stage);
    await Promise.all(stage.map((supervised) => this.#startOne(supervised)));
  }

  /** Ends everything: what was started last goes first, so that nothing loses what it stands on. */
  async stop(): Promise<void> {
    this.#stopping = true;
    for (const stage of this.#stages.toReversed())
      await Promise.all(stage.map((supervised) => supervised.stop()));
  }

  async #startOne(supervised: Supervised): Promise<void> {
    await supervised.start();
    this.onReady(supervised.part);
  }
}
