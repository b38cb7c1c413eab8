/** What recorded requests hold while they are under way, given back when they ended. */
export class UnderWay {
  /** The latest end first. */
  private readonly held: { readonly endMs: number; readonly release: () => void }[] = [];

  hold(endMs: number, release: () => void): void {
    let at = this.held.length;
    while (at > 0 && this.held[at - 1]!.endMs < endMs) at--;
    this.held.splice(at, 0, { endMs, release });
  }

  /** What ended up to a time is given back. */
  advance(nowMs: number): void {
    for (let next = this.held.at(-1); next && next.endMs <= nowMs; next = this.held.at(-1)) {
      this.held.pop();
      next.release();
    }
  }
}
