import { Client } from 'pg';

/** First half of the advisory lock's key, so that other users of the same database are not met by chance. */
const LOCK_CLASS = 0x47483031; // "GH01"

/**
 * Leadership as a PostgreSQL session advisory lock, with LISTEN on the same session: when the session is gone, so is
 * the lock, and nobody can believe to lead without being able to hear.
 */
export class LeaderLock {
  private client: Client | undefined;
  /** Statements this session has been told, by their text. */
  private readonly names = new Map<string, string>();

  /**
   * @param url the database.
   * @param key what is led; the same number means the same lock.
   * @param channel notifications to listen to.
   * @param sessionOptions of the session, e.g. `-c search_path=issuer`.
   */
  constructor(
    private readonly url: string,
    private readonly key: number,
    private readonly channel: string,
    private readonly sessionOptions?: string,
  ) {}

  /**
   * Tries to become leader; who leads already, does.
   * @param onNotify called at each notification.
   * @param onLost called once when the session ends without {@link release}.
   * @returns false when somebody else leads.
   */
  async acquire(onNotify: () => void, onLost: () => void): Promise<boolean> {
    if (this.client) return true;
    const client = new Client({
      connectionString: this.url,
      keepAlive: true,
      application_name: 'gatehouse-leader',
      options: this.sessionOptions,
    });
    client.on('error', () => client.removeAllListeners('notification'));
    client.once('end', () => {
      if (this.client !== client) return;
      this.client = undefined;
      onLost();
    });
    await client.connect();
    try {
      if (!(await this.lockAndListen(client, onNotify))) {
        await client.end();
        return false;
      }
    } catch (error) {
      await client.end(); // a session nobody knows of must not keep the lock
      throw error;
    }
    this.client = client;
    return true;
  }

  private async lockAndListen(client: Client, onNotify: () => void): Promise<boolean> {
    const { rows } = await client.query<{ held: boolean }>('select pg_try_advisory_lock($1, $2) as held', [
      LOCK_CLASS,
      this.key,
    ]);
    if (!rows[0]?.held) return false;
    client.on('notification', onNotify);
    await client.query(`listen ${client.escapeIdentifier(this.channel)}`);
    return true;
  }

  /**
   * Runs a statement on the leader's own session, so that it never queues behind others for a connection. It is parsed
   * there once: a leader asks the same few things again and again, so `sql` is never put together from what comes in.
   * @throws Error when not leading.
   */
  async query<Row>(sql: string, parameters: unknown[] = []): Promise<Row[]> {
    if (!this.client) throw new Error('the session that led is gone');
    const { rows } = await this.client.query({ name: this.nameOf(sql), text: sql, values: parameters });
    return rows as Row[];
  }

  private nameOf(sql: string): string {
    const name = this.names.get(sql) ?? `statement_${this.names.size + 1}`;
    this.names.set(sql, name);
    return name;
  }

  /** Gives leadership up. */
  async release(): Promise<void> {
    const client = this.client;
    this.client = undefined;
    await client?.end();
  }
}
