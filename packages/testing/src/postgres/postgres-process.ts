import type { ProgramSpec } from '../child.js';
import { bareEnvironment } from '../config.js';
import { postgresOwner } from './postgres-owner.js';
import { reachableBinaries } from './reachable-binaries.js';

/** What one Postgres server is told. */
export interface PostgresProcessOptions {
  /** An initialised cluster. */
  dataDir: string;
  port: number;
  /** False trades safety against power loss for speed: for tests. Default true. */
  durable?: boolean;
}

/**
 * How to start Postgres on the loopback address. SIGINT is its fast shutdown: open transactions are rolled back, then
 * it ends cleanly (PostgreSQL documentation, "Shutting Down the Server").
 */
export async function postgresProcess(options: PostgresProcessOptions): Promise<ProgramSpec> {
  const { dataDir, port, durable = true } = options;
  const owner = await postgresOwner();
  const { postgres } = await reachableBinaries(owner);
  const settings = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: 200,
    ...(durable ? {} : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
  };
  return {
    command: postgres,
    args: [
      '-D',
      dataDir,
      '-p',
      `${port}`,
      ...Object.entries(settings).flatMap(([k, v]) => ['-c', `${k}=${v}`]),
    ],
    env: { ...bareEnvironment(), LC_MESSAGES: 'C' },
    cwd: '/',
    ...owner,
  };
}
