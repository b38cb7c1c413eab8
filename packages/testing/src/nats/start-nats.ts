import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Child } from '../child.js';
import { launcherConfig } from '../config.js';
import { freePort } from '../free-port.js';
import { answersAt } from './answers-at.js';
import { natsServerProcess } from './nats-process.js';

/** Every option may be left out. */
export interface StartNatsOptions {
  /** Where JetStream keeps its files; default a temporary directory that `stop` removes. */
  storeDir?: string;
  /** Default any free one. */
  port?: number;
  /** Text of a nats.conf. */
  config?: string;
}

/** A real nats-server with JetStream on the loopback address. */
export interface RunningNats {
  readonly url: string;
  readonly pid: number;
  readonly storeDir: string;
  /** SIGKILL, as a crash would be; the files stay. */
  kill(): Promise<void>;
  /** Starts it again, after `kill` or not, on the same port with the same files. */
  restart(): Promise<void>;
  /** Ends it, and removes the files where they are ours. */
  stop(): Promise<void>;
}

/** Starts a nats-server and resolves once it takes connections. */
export async function startNats(options: StartNatsOptions = {}): Promise<RunningNats> {
  const storeDir = options.storeDir ?? (await mkdtemp(join(launcherConfig().runDir ?? tmpdir(), 'nats-')));
  const port = options.port ?? (await freePort());
  const spec = await natsServerProcess({ storeDir, port, config: options.config });
  const start = async () => {
    const child = await Child.start(spec);
    await answersAt(child, port);
    return child;
  };
  let child = await start();
  return {
    url: `nats://127.0.0.1:${port}`,
    storeDir,
    get pid() {
      return child.pid;
    },
    async kill() {
      await child.stop('SIGKILL');
    },
    async restart() {
      await child.stop();
      child = await start();
    },
    async stop() {
      await child.stop();
      if (!options.storeDir) await rm(storeDir, { recursive: true, force: true });
    },
  };
}
