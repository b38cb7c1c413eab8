import { becomesReady } from './becomes-ready.js';
import { Child } from './child.js';
import type { Exit } from './child.js';
import { bareEnvironment } from './config.js';
import { SERVICE_FLAGS } from './service-flags.js';

/** A bound on hanging, below that of a spec: a process starts within a second, or within many on a busy machine. */
const READY_TIMEOUT_MS = 90_000;

/** How to start one built service. */
export interface SpawnServiceOptions {
  /** Path of the built `main.js`. */
  entry: string;
  /** The service's configuration, `PORT` among it; nothing of ours is added but PATH and its like. */
  env: Record<string, string>;
  /** Where `/health/ready` answers; default `PORT`. */
  healthPort?: number;
  /** How Node runs it; default `SERVICE_FLAGS`. */
  flags?: readonly string[];
  readyTimeoutMs?: number;
}

/** A service in a process of its own. */
export interface SpawnedService {
  readonly url: string;
  readonly pid: number;
  /** The end of what the present process and its forerunners logged. */
  logs(): string;
  /** SIGKILL by default; resolves when the process is gone. */
  kill(signal?: NodeJS.Signals): Promise<Exit>;
  /** Starts it again, after `kill` or not, with the same environment; resolves when it is ready. */
  restart(): Promise<void>;
  /** SIGTERM: the service drains. */
  stop(): Promise<Exit>;
}

/**
 * Starts a service and resolves when it says it is ready.
 * @throws Error with the end of its log when it ends or is not ready in time.
 */
export async function spawnService(options: SpawnServiceOptions): Promise<SpawnedService> {
  const { entry, env, healthPort = Number(env['PORT']), flags = SERVICE_FLAGS } = options;
  const { readyTimeoutMs = READY_TIMEOUT_MS } = options;
  let earlier = '';
  const start = async () => {
    const child = await Child.start({
      command: process.execPath,
      args: [...flags, entry],
      env: { ...bareEnvironment(), ...env },
    });
    await becomesReady(child, healthPort, readyTimeoutMs);
    return child;
  };
  let child = await start();
  return {
    url: `http://127.0.0.1:${env['PORT']}`,
    get pid() {
      return child.pid;
    },
    logs: () => earlier + child.log,
    kill: (signal = 'SIGKILL') => child.stop(signal),
    async restart() {
      await child.stop();
      earlier = (earlier + child.log).slice(-1_000_000);
      child = await start();
    },
    stop: () => child.stop(),
  };
}
