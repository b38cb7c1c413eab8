import { fileURLToPath } from 'node:url';
import { freePort } from '@gatehouse/testing';
import { startServer } from '../programs/start-server.js';
import type { Surroundings } from '../surroundings.js';

/** Who asks for tokens, and for what. */
export interface OAuthClient {
  id: string;
  secret: string;
  resource: string;
}

/** Starts `oidc-provider` alone in a process of its own. */
export async function startBareEngine(
  { id, secret, resource }: OAuthClient,
  surroundings: Surroundings,
): Promise<string> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const entry = fileURLToPath(new URL('bare-engine-process.js', import.meta.url));
  const args = [entry, `${port}`, id, secret, resource];
  await startServer({ program: process.execPath, args, url, role: 'proxy' }, surroundings);
  return url;
}
