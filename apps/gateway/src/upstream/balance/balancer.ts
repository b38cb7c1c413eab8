/** One of several that a request may go to. */
export interface Weighted {
  readonly name: string;
  readonly weight: number;
  /** Requests and tunnels under way. */
  readonly load: number;
}

/** Chooses which of several takes the next request. */
export interface Balancer<T extends Weighted> {
  /**
   * @param usable whom to choose from.
   * @param key of the caller, where callers stay with one.
   * @returns `undefined` when nobody is usable.
   */
  pick(usable: (one: T) => boolean, key: number): T | undefined;
}
