import { fileURLToPath } from 'node:url';
import { freePort } from '@gatehouse/testing';
import { startServer } from '../programs/start-server.js';
import type { Surroundings } from '../surroundings.js';

/** Starts the bare Node proxy in a process of its own. */
export async function startBareProxy(upstream: string, surroundings: Surroundings): Promise<string> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const entry = fileURLToPath(new URL('bare-proxy-process.js', import.meta.url));
  const args = [entry, `${port}`, upstream];
  await startServer({ program: process.execPath, args, url, role: 'proxy' }, surroundings);
  return url;
}
