import { DataSource } from 'typeorm';
import type { AuditConfig } from './audit.config.js';
import { CreateLog1700000000000 } from './log/create-log.migration.js';

const SCHEMA = 'audit';
const MIGRATION_LOCK = 1_195_920_434;

/** Connects, and brings the schema up to date; several instances may start at once. */
export async function openDatabase(
  config: Pick<AuditConfig, 'DATABASE_URL' | 'DATABASE_POOL'>,
  onPoolError: (error: Error) => void,
): Promise<DataSource> {
  const dataSource = new DataSource({
    type: 'postgres',
    url: config.DATABASE_URL,
    poolSize: config.DATABASE_POOL,
    poolErrorHandler: onPoolError,
    connectTimeoutMS: 1_000,
    applicationName: 'gatehouse-audit',
    migrations: [CreateLog1700000000000],
    extra: {
      options: `-c search_path=${SCHEMA} -c idle_in_transaction_session_timeout=10s -c statement_timeout=10s`,
    },
  });
  await dataSource.initialize();
  await migrate(dataSource);
  return dataSource;
}

async function migrate(dataSource: DataSource): Promise<void> {
  const runner = dataSource.createQueryRunner();
  await runner.query(`select pg_advisory_lock(${MIGRATION_LOCK})`);
  try {
    await runner.query(`create schema if not exists ${SCHEMA}`);
    await dataSource.runMigrations();
  } finally {
    await runner.query(`select pg_advisory_unlock(${MIGRATION_LOCK})`);
    await runner.release();
  }
}
