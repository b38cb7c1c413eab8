import type {
  AuditEntry,
  EntryPage,
  ConsistencyProof,
  GatewayConfigChanged,
  InclusionProof,
} from '@gatehouse/contracts';
import { connectNats, EventPublisher } from '@gatehouse/messaging';
import { loadConfig } from '@gatehouse/service';
import type { RunningService } from '@gatehouse/service';
import { createDatabase, eventually, startNats } from '@gatehouse/testing';
import { generateNoteKey } from '@gatehouse/tlog';
import { jetstream } from '@nats-io/jetstream';
import { Client } from 'pg';
import { AuditConfig } from '../src/audit.config.js';
import { runAudit } from '../src/run-audit.js';
import { IssuerPeer } from './issuer-peer.js';
import { openCheckpoint } from './rfc-verifier.js';

/**
 * Real Postgres, real NATS and an issuer's public side: what an audit service stands between.
 * @param databaseUrl of a Postgres of the test's own; absent, a database in the run's.
 */
export async function startSurroundings(databaseUrl?: string) {
  const [database, server, issuer] = await Promise.all([
    databaseUrl === undefined ? createDatabase() : { url: databaseUrl, drop: async () => {} },
    startNats(),
    new IssuerPeer().start(),
  ]);
  const nats = await connectNats({ url: server.url, name: 'test' });
  const key = generateNoteKey('gatehouse.test/audit');
  const running: RunningService[] = [];
  const environment: Record<string, string> = {
    PORT: '0',
    LOG_LEVEL: 'silent',
    NATS_URL: server.url,
    DATABASE_URL: database.url,
    ISSUER_URL: issuer.url,
    SERVICE_TOKEN: issuer.serviceToken,
    AUDIT_SIGNING_KEY: key.privateKey,
    AUDIT_READER_THREAD: 'off', // threads run what is built, specs what is written
  };
  return {
    database,
    server,
    nats,
    issuer,
    key,
    environment,
    reader: issuer.admit(['audit:read', 'audit:personal']),
    /** Another instance over the same database. */
    async audit() {
      const service = await runAudit(loadConfig(AuditConfig, environment));
      running.push(service);
      return service;
    },
    async publishRequests(event: unknown, msgID?: string) {
      await jetstream(nats).publish('requests.logged.default', JSON.stringify(event), msgID ? { msgID } : {});
    },
    publishConfigChange: (event: GatewayConfigChanged) => new EventPublisher(nats).publish(event),
    /** As a person with the database's password would. */
    async sql(statement: string, values: unknown[] = []) {
      const client = new Client({ connectionString: database.url });
      await client.connect();
      try {
        return (await client.query(statement, values)).rows as Record<string, unknown>[];
      } finally {
        await client.end();
      }
    },
    async stop() {
      for (const service of running) await service.stop();
      await nats.close();
      await Promise.all([server.stop(), issuer.stop(), database.drop()]);
    },
  };
}

export type Surroundings = Awaited<ReturnType<typeof startSurroundings>>;

/** What a reader of the log does over HTTP. */
export class LogReader {
  constructor(
    readonly url: string,
    private readonly token: string,
    private readonly verifierKey: string,
  ) {}

  static of(service: RunningService, { reader, key }: Surroundings): LogReader {
    return new LogReader(service.url, reader, key.verifierKey);
  }

  get(path: string): Promise<Response> {
    return fetch(this.url + path, { headers: { authorization: `Bearer ${this.token}` } });
  }

  async text(path: string): Promise<string> {
    const response = await this.get(path);
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return response.text();
  }

  async json<T>(path: string): Promise<T> {
    return JSON.parse(await this.text(path)) as T;
  }

  /** The latest checkpoint, its signature verified. */
  async checkpoint() {
    return openCheckpoint(await this.text('/v1/checkpoint'), this.verifierKey);
  }

  /** Waits for a checkpoint of exactly this size. */
  covers(size: number, timeoutMs = 60_000) {
    const attempt = async () => {
      const checkpoint = await this.checkpoint();
      if (checkpoint.size !== size) throw new Error(`the checkpoint covers ${checkpoint.size}, not ${size}`);
      return checkpoint;
    };
    return eventually(attempt, { timeoutMs });
  }

  /** Every entry that matches, page by page, once all that is signed for can be found. */
  async entries(query = ''): Promise<AuditEntry[]> {
    const { size } = await this.checkpoint();
    return eventually(async () => {
      const found: AuditEntry[] = [];
      for (let cursor: string | null = '0'; cursor !== null; ) {
        const page: EntryPage = await this.json(`/v1/entries?limit=500&cursor=${cursor}${query}`);
        // A tenant is not told how much that is.
        if (page.searchedTo > 0 && page.searchedTo < size)
          throw new Error(`${page.searchedTo} of ${size} entries can be found`);
        found.push(...page.items);
        cursor = page.nextCursor;
      }
      return found;
    });
  }

  async inclusion(index: number, size: number) {
    const answer = await this.json<InclusionProof>(`/v1/proof/inclusion?index=${index}&size=${size}`);
    return { ...answer, leafHash: bytes(answer.leafHash), proof: answer.proof.map(bytes) };
  }

  async consistency(from: number, to: number): Promise<Buffer[]> {
    const answer = await this.json<ConsistencyProof>(`/v1/proof/consistency?from=${from}&to=${to}`);
    return answer.proof.map(bytes);
  }
}

const bytes = (base64: string): Buffer => Buffer.from(base64, 'base64');
