import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { eventually, freePort, spawnService, startNats, startPostgres } from '@gatehouse/testing';
import { generateNoteKey } from '@gatehouse/tlog';
import type { NatsConnection } from '@nats-io/nats-core';
import { connect } from '@nats-io/transport-node';
import { Client } from 'pg';
import type { Surroundings } from '../surroundings.js';
import { IssuerPeer } from './issuer-peer.js';

const MAIN = fileURLToPath(new URL('../../../../apps/audit/dist/main.js', import.meta.url));
const DEADLINE_MS = 600_000;

/** The audit service as a process of its own, on a core of its own, over a durable Postgres. */
export class AuditUnderTest {
  private constructor(
    readonly url: string,
    readonly pid: number,
    readonly issuer: IssuerPeer,
    /** On audit's database. */
    readonly sql: Client,
    private readonly nats: NatsConnection,
  ) {}

  static async start(surroundings: Surroundings): Promise<AuditUnderTest> {
    const { folder, pinning, cleanUp } = surroundings;
    const [nats, postgres, issuer] = await Promise.all([
      startNats(),
      startPostgres({ dataDir: join(folder, 'postgres'), durable: true }),
      IssuerPeer.start(cleanUp, folder),
    ]);
    cleanUp.add(() => Promise.all([nats.stop(), postgres.stop()]));
    const service = await spawnService({
      entry: MAIN,
      env: {
        HOST: '127.0.0.1',
        PORT: `${await freePort()}`,
        LOG_LEVEL: 'warn',
        NATS_URL: nats.url,
        DATABASE_URL: postgres.url,
        ISSUER_URL: issuer.url,
        SERVICE_TOKEN: issuer.reader,
        AUDIT_SIGNING_KEY: generateNoteKey('bench.gatehouse.dev').privateKey,
      },
    });
    cleanUp.add(() => service.stop());
    await pinning.pin(service.pid, 'proxy');
    for (const pid of [nats.pid, postgres.pid]) await pinning.pin(pid, 'rest');
    const sql = new Client({ connectionString: postgres.url });
    await sql.connect();
    const connection = await connect({ servers: nats.url });
    cleanUp.add(() => Promise.all([sql.end(), connection.close()]));
    return new AuditUnderTest(service.url, service.pid, issuer, sql, connection);
  }

  /** Lets so many events happen at once; milliseconds until a checkpoint covers them all. */
  async log(count: number): Promise<number> {
    const goal = (await this.covered()) + count;
    await this.issuer.prepare(count);
    const start = performance.now();
    this.issuer.commit(this.nats);
    await eventually(
      async () => {
        if ((await this.covered()) < goal) throw new Error(`no checkpoint covers ${goal} leaves`);
      },
      { timeoutMs: DEADLINE_MS, everyMs: 10 },
    );
    return performance.now() - start;
  }

  /** Leaves that the latest checkpoint covers. */
  async covered(): Promise<number> {
    const { rows } = await this.sql.query<{ size: string }>(
      'select coalesce(max(size), 0) as size from audit.checkpoints',
    );
    return Number(rows[0]!.size);
  }

  /** Resident memory, MB (Linux; elsewhere NaN). */
  async memoryMb(): Promise<number> {
    const status = await readFile(`/proc/${this.pid}/status`, 'utf8').catch(() => '');
    return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? Number.NaN) / 1024;
  }
}
