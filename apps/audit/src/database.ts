import type { Logger } from '@gatehouse/service';
import { DataSource } from 'typeorm';
import type { AuditConfig } from './audit.config.js';
import { CreateLog1700000000000 } from './log/create-log.migration.js';
import { InsertOnlyLog1700000001000 } from './log/insert-only.migration.js';
import { CreateCosignatures1700000002000 } from './witness/create-cosignatures.migration.js';
import { CreateSinks1700000003000 } from './sinks/create-sinks.migration.js';
import { AuditChannel1700000011000 } from './log/audit-channel.migration.js';
import { CreateSearch1700000010000 } from './search/create-search.migration.js';
import { CreateRetention1700000012000 } from './retention/create-retention.migration.js';
import { SearchTerms1700000013000 } from './search/search-terms.migration.js';
import { prepareWriterRole, WRITER_ROLE } from './writer-role.js';

/** Where all of the log is. */
export const SCHEMA = 'audit';
const MIGRATION_LOCK = 1_195_920_434;
/** For a connection: a new one, or a turn of the pool's. Only what waits this long is told to come again. */
const CONNECT_TIMEOUT_MS = 5_000;

/** Where the log is kept, and by whom it is written and migrated. */
export type DatabaseConfig = Pick<AuditConfig, 'DATABASE_URL' | 'DATABASE_POOL' | 'MIGRATION_DATABASE_URL'>;

/**
 * Brings the schema up to date, then connects as somebody who can read and insert, nothing else. Several instances may
 * start at once.
 */
export async function openDatabase(
  config: DatabaseConfig,
  logger: Pick<Logger, 'warn'>,
): Promise<DataSource> {
  const restricted = await migrate(config, logger);
  const dataSource = new DataSource({
    ...connectionOf(config.DATABASE_URL, [
      'statement_timeout=10s',
      // What the search reads lies in memory or on a disk without a head; four times that of a page in a row is too much.
      'random_page_cost=1.1',
      ...(restricted ? [`role=${WRITER_ROLE}`] : []),
    ]),
    poolSize: config.DATABASE_POOL,
    poolErrorHandler: (error: Error) => logger.warn({ err: error }, 'database connection lost'),
  });
  return dataSource.initialize();
}

/** @returns whether the writer can do without the rights of its database user. */
async function migrate(
  { DATABASE_URL, MIGRATION_DATABASE_URL = DATABASE_URL }: DatabaseConfig,
  logger: Pick<Logger, 'warn'>,
): Promise<boolean> {
  const owner = await new DataSource(connectionOf(MIGRATION_DATABASE_URL)).initialize();
  try {
    const runner = owner.createQueryRunner();
    await runner.query(`select pg_advisory_lock(${MIGRATION_LOCK})`); // ends with the connection
    await runner.query(`create schema if not exists ${SCHEMA}`);
    await owner.runMigrations();
    const writer = { user: userIn(DATABASE_URL), schema: SCHEMA };
    return await prepareWriterRole(runner, writer, logger);
  } finally {
    await owner.destroy();
  }
}

/** Absent where the system's own user is meant. */
const userIn = (url: string): string | undefined => decodeURIComponent(new URL(url).username) || undefined;

function connectionOf(url: string, settings: readonly string[] = []) {
  const all = [`search_path=${SCHEMA}`, 'idle_in_transaction_session_timeout=10s', ...settings];
  return {
    type: 'postgres' as const,
    url,
    connectTimeoutMS: CONNECT_TIMEOUT_MS,
    applicationName: 'gatehouse-audit',
    migrations: [
      CreateLog1700000000000,
      InsertOnlyLog1700000001000,
      CreateCosignatures1700000002000,
      CreateSinks1700000003000,
      CreateSearch1700000010000,
      AuditChannel1700000011000,
      CreateRetention1700000012000,
      SearchTerms1700000013000,
    ],
    extra: { options: all.map((setting) => `-c ${setting}`).join(' ') },
  };
}
