/** Lets one loop sleep until there is something to do: who is roused while awake does not sleep. */
export class WakeUps {
  #roused = true;
  #wake: (() => void) | undefined;

  rouse(): void {
    this.#roused = true;
    this.#wake?.();
  }

  /** Resolves when roused, at the latest after `atMostMs`; at once when roused since the last time. */
  async wait(atMostMs: number): Promise<void> {
    if (!this.#roused) {
      let timer: NodeJS.Timeout | undefined;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
        timer = setTimeout(resolve, atMostMs);
      });
      clearTimeout(timer);
      this.#wake = undefined;
    }
    this.#roused = false;
  }
}
