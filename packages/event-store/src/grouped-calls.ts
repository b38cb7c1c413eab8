import { AsyncResource } from 'node:async_hooks';

/** What {@link GroupedCalls} needs. */
export interface GroupedCallsOptions<Item, Result> {
  /** One statement for a group: all or none of it has effect. @returns a result for each item, in the order given. */
  readonly call: (group: readonly Item[]) => Promise<readonly Result[]>;
  /** Most items in a group. */
  readonly most: number;
  /** Groups under way at once. */
  readonly atOnce: number;
}

interface Waiting<Item, Result> {
  readonly item: Item;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Lets calls of the database that are made in one turn of the event loop, or while others are under way, share a round
 * trip, and writes a commit: a lone call waits for the end of its turn and no longer, and under load one trip and one sync
 * to disk serve many. Nothing is kept: an answer is never older than the call. A group belongs to nobody: it runs in the
 * context in which this was made, and never in a transaction that one of the callers has open. So nobody joins from inside
 * one: he would hold a connection while he waits for another, and all of them may be held by such as he is.
 */
export class GroupedCalls<Item, Result> {
  private readonly waiting: Waiting<Item, Result>[] = [];
  private readonly call: GroupedCallsOptions<Item, Result>['call'];
  private underWay = 0;
  private isStarting = false;

  constructor(private readonly options: GroupedCallsOptions<Item, Result>) {
    this.call = AsyncResource.bind(options.call);
  }

  /**
   * @returns the item's own result; of a write, after the commit.
   * @throws what the call throws for the item alone: one that fails does not take the others of its group with it.
   */
  join(item: Item): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ item, resolve, reject });
      this.startSoon();
    });
  }

  private startSoon(): void {
    if (this.isStarting || this.underWay >= this.options.atOnce) return;
    this.isStarting = true;
    setImmediate(() => this.start());
  }

  private start(): void {
    this.isStarting = false;
    if (this.waiting.length === 0) return;
    const group = this.waiting.splice(0, this.options.most);
    this.underWay += 1;
    void this.run(group).finally(() => {
      this.underWay -= 1;
      if (this.waiting.length > 0) this.startSoon();
    });
    if (this.waiting.length > 0) this.startSoon();
  }

  private async run(group: readonly Waiting<Item, Result>[]): Promise<void> {
    try {
      const results = await this.call(group.map(({ item }) => item));
      for (const [i, { resolve }] of group.entries()) resolve(results[i]!);
    } catch (error) {
      if (group.length === 1) return group[0]!.reject(error);
      for (const one of group) await this.run([one]);
    }
  }
}
