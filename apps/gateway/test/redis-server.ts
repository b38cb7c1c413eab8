import { mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bareEnvironment, Child, eventually, freePort, unpackDebianPackage } from '@gatehouse/testing';
import { Redis } from 'ioredis';

/** What a bare Debian lacks. */
const LIBRARIES = ['liblzf1', 'libjemalloc2'];

/** A real Redis on the loopback address. */
export interface RunningRedis {
  readonly url: string;
  /** Those in a sorted set. */
  scores(key: string): Promise<number[]>;
  /** SIGKILL, as a crash would be. */
  kill(): Promise<void>;
  /** Stops it in its tracks, so that connections stand and nothing answers. */
  freeze(): void;
  thaw(): void;
  stop(): Promise<void>;
}

/** Starts Debian's Redis without installing it. */
export async function startRedis(): Promise<RunningRedis> {
  const dir = await mkdtemp(join(tmpdir(), 'redis-'));
  const workDir = join(dir, 'debian');
  await mkdir(workDir);
  const root = await unpackDebianPackage('redis-tools', workDir, LIBRARIES);
  const command = join(dir, 'redis-server'); // Debian ships one program that looks at its name
  await symlink(join(root, 'usr/bin/redis-check-rdb'), command);
  const port = await freePort();
  const child = await Child.start({
    command,
    args: ['--port', `${port}`, '--bind', '127.0.0.1', '--save', '', '--dir', dir],
    env: {
      ...bareEnvironment(),
      LD_LIBRARY_PATH: join(root, `usr/lib/${libraryFolder()}`),
    },
  });
  const url = `redis://127.0.0.1:${port}`;
  await eventually(() => asking(url, (redis) => redis.ping()));
  return {
    url,
    async scores(key) {
      const membersAndScores = await asking(url, (redis) => redis.zrange(key, '0', '-1', 'WITHSCORES'));
      return membersAndScores.filter((_, i) => i % 2 === 1).map(Number);
    },
    async kill() {
      await child.stop('SIGKILL');
    },
    freeze: () => child.signal('SIGSTOP'),
    thaw: () => child.signal('SIGCONT'),
    async stop() {
      await child.stop('SIGKILL');
      await rm(dir, { recursive: true, force: true });
    },
  };
}

const libraryFolder = (): string => (process.arch === 'arm64' ? 'aarch64-linux-gnu' : 'x86_64-linux-gnu');

async function asking<Answer>(url: string, ask: (redis: Redis) => Promise<Answer>): Promise<Answer> {
  const redis = new Redis(url, { lazyConnect: true, retryStrategy: () => null });
  redis.on('error', () => {});
  try {
    await redis.connect();
    return await ask(redis);
  } finally {
    redis.disconnect();
  }
}
