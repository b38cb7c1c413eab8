/** The services that take in what gateways tell of their requests. */
export class RecordReaders {
  constructor(private readonly pids: readonly number[]) {}

  /** They stand still, and what they have not read waits in JetStream. */
  hold(): void {
    this.signal('SIGSTOP');
  }

  /** They go on where they stood. */
  release(): void {
    this.signal('SIGCONT');
  }

  private signal(signal: NodeJS.Signals): void {
    for (const pid of this.pids) process.kill(pid, signal);
  }
}
