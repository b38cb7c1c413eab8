import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Whose numbers the batches and records of a spool are. It lives and dies with the directory: a gateway that lost
 * its spool begins at 1 again and must not be taken for the one that counted before.
 */
export function streamIdOf(dir: string, gatewayId: string | undefined): string {
  const path = join(dir, 'stream-id');
  try {
    return readFileSync(path, 'utf8').trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    const made = `${gatewayId ?? 'gw'}-${randomBytes(4).toString('hex')}`;
    writeFileSync(path, `${made}\n`);
    return made;
  }
}
