/** One answer, for all who wait for it. */
interface Awaited {
  readonly promise: Promise<void>;
  readonly resolve: () => void;
}

/** Requests that wait for word about an account, and what they cost together. */
export class AwaitedAnswers {
  private needed = 0;
  private next: Awaited | undefined;
  private asked: Awaited | undefined;

  /** Whether somebody waits whose question was not put yet. */
  get isAny(): boolean {
    return this.next !== undefined;
  }

  get cost(): number {
    return this.needed;
  }

  /** Resolves with the first answer to a question that is put from now on. */
  wait(cost: number): Promise<void> {
    this.needed += cost;
    this.next ??= awaited();
    return this.next.promise;
  }

  /** The question is put for all who wait now. */
  ask(): void {
    this.asked = this.next;
    this.next = undefined;
    this.needed = 0;
  }

  /** There is an answer, or there will be none. */
  answer(): void {
    this.asked?.resolve();
    this.asked = undefined;
  }
}

const nothing = () => {};

function awaited(): Awaited {
  let resolve = nothing;
  const promise = new Promise<void>((settle) => (resolve = settle));
  return { promise, resolve };
}
