import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ProgramSpec } from '../child.js';
import { bareEnvironment } from '../config.js';
import { natsServerBinary } from './nats-binary.js';

/** What one nats-server is told. */
export interface NatsProcessOptions {
  /** An existing directory for JetStream's files and the configuration. */
  storeDir: string;
  port: number;
  /** Text of a nats.conf, e.g. from `natsConf` of `@gatehouse/nats`. */
  config?: string;
  onDownload?: () => void;
}

// Without it, JetStream offers three quarters of the free disk and refuses our streams on a small one.
const DEFAULT_CONFIG = 'jetstream { max_file_store: 8GB }\n';

/** How to start a nats-server with JetStream on the loopback address. Writes its nats.conf, mode 0600, into `storeDir`. */
export async function natsServerProcess(options: NatsProcessOptions): Promise<ProgramSpec> {
  const { storeDir, port, config = DEFAULT_CONFIG } = options;
  const pidFile = join(storeDir, 'nats.pid');
  const configFile = join(storeDir, 'nats.conf');
  await writeFile(configFile, config, { mode: 0o600 });
  return {
    command: await natsServerBinary(options.onDownload),
    args: ['-c', configFile, '-a', '127.0.0.1', '-p', `${port}`, '-js', '-sd', storeDir, '-P', pidFile],
    env: bareEnvironment(),
    cwd: storeDir,
  };
}
