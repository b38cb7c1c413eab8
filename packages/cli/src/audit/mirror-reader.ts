import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Agent, request } from 'undici';
import type { MirrorReader } from './verifier/tile-files.js';

const TIMEOUT_MS = 15_000;
/** A bundle of 256 entries of the longest kind stays below. */
const MOST_BYTES = 32 * 1024 * 1024;

/** Reads a mirror that is a folder. */
export function folderReader(folder: string): MirrorReader {
  return async (path) => {
    try {
      return await readFile(join(folder, path));
    } catch (error) {
      if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
      throw error;
    }
  };
}

/**
 * Reads a mirror from a web server.
 * @param token for a log's own `/v1/tlog`; a static file server needs none.
 */
export function webReader(url: string, token: string | undefined): MirrorReader {
  const dispatcher = new Agent({ maxResponseSize: MOST_BYTES, connections: 4 });
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  return async (path) => {
    const response = await request(`${url.replace(/\/$/, '')}/${path}`, {
      dispatcher,
      headers,
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    if (response.statusCode === 200) return Buffer.from(await response.body.arrayBuffer());
    await response.body.dump();
    if (response.statusCode === 404) return undefined;
    throw new Error(`${path} of the mirror cannot be read: the server answered ${response.statusCode}`);
  };
}
