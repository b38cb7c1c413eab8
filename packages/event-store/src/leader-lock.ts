import { Client } from 'pg';

/** First half of the advisory lock's key, so that other users of the same database are not met by chance. */
const LOCK_CLASS = 0x47483031; // "GH01"

/**
 * Leadership as a PostgreSQL session advisory lock, with LISTEN on the same session: when the session is gone, so is
 * the lock, and nobody can believe to lead without being able to hear.
 */
export class LeaderLock {
  private client: Client | undefined;

  /**
   * @param url the database.
   * @param key what is led; the same number means the same lock.
   * @param channel notifications to listen to.
   */
  constructor(
    private readonly url: string,
    private readonly key: number,
    private readonly channel: string,
  ) {}

  /**
   * Tries to become leader.
   * @param onNotify called at each notification.
   * @param onLost called once when the session ends without {@link release}.
   * @returns false when somebody else leads.
   */
  async acquire(onNotify: () => void, onLost: () => void): Promise<boolean> {
    const client = new Client({
      connectionString: this.url,
      keepAlive: true,
      application_name: 'gatehouse-leader',
    });
    client.on('error', () => client.removeAllListeners('notification'));
    client.once('end', () => {
      if (this.client !== client) return;
      this.client = undefined;
      onLost();
    });
    await client.connect();
    const { rows } = await client.query<{ held: boolean }>('select pg_try_advisory_lock($1, $2) as held', [
      LOCK_CLASS,
      this.key,
    ]);
    if (!rows[0]?.held) {
      await client.end();
      return false;
    }
    client.on('notification', onNotify);
    await client.query(`listen ${client.escapeIdentifier(this.channel)}`);
    this.client = client;
    return true;
  }

  /** Gives leadership up. */
  async release(): Promise<void> {
    const client = this.client;
    this.client = undefined;
    await client?.end();
  }
}
