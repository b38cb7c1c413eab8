import { randomInt } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { launcherConfig } from './config.js';

/**
 * Below what systems hand out by themselves (Linux from 32768, others from 49152): between our looking and somebody's
 * listening, neither an outgoing connection nor a server on port 0 gets one of these.
 */
const LOWEST = 11_000;
const HIGHEST = 32_000;
const MOST_ATTEMPTS = 1_000;

const given = new Set<number>();

/** A TCP port on the loopback address that nobody listens on at this moment, and that is given to no other spec of the run. */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
    const port = randomInt(LOWEST, HIGHEST);
    if ((await isPortFree(port)) && (await isOurs(port))) return port;
  }
  throw new Error(`this machine gives no free port on 127.0.0.1 from ${LOWEST} to ${HIGHEST}`);
}

/** Whether nobody listens on `port` of the loopback address at this moment. */
export function isPortFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => resolve(true)));
  });
}

/** Each worker of a run is a process: a file is created by exactly one of them. */
async function isOurs(port: number): Promise<boolean> {
  if (given.has(port)) return false;
  given.add(port);
  const { runDir } = launcherConfig();
  if (runDir === undefined) return true;
  const ports = join(runDir, 'ports');
  await mkdir(ports, { recursive: true });
  return writeFile(join(ports, `${port}`), '', { flag: 'wx' }).then(
    () => true,
    () => false,
  );
}
