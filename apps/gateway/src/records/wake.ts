/** Lets one loop sleep until there is work, or until some time has passed. */
export class Wake {
  private resolve: (() => void) | undefined;
  private pending = false;

  /** Ends the sleep, or the next one where there is none. */
  up(): void {
    if (this.resolve) this.resolve();
    else this.pending = true;
  }

  /** At most `ms` milliseconds. */
  within(ms: number): Promise<void> {
    if (this.pending) {
      this.pending = false;
      return Promise.resolve();
    }
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.resolve?.(), ms);
      this.resolve = () => {
        clearTimeout(timer);
        this.resolve = undefined;
        resolve();
      };
    });
  }
}
