import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { launcherConfig } from '../config.js';
import { downloadNatsServer } from './nats-download.js';

/**
 * The path of a nats-server: the one `NATS_SERVER_BIN` names, else the one on PATH, else a download kept in the
 * user's cache, else a fresh download, for which no root is needed.
 * @param onDownload told once when a download starts, since that takes seconds.
 * @throws Error that says what to install or set, when nothing works.
 */
export async function natsServerBinary(onDownload: () => void = () => {}): Promise<string> {
  const config = launcherConfig();
  if (config.natsServerBinary) {
    if (await isExecutable(config.natsServerBinary)) return config.natsServerBinary;
    throw new Error(`NATS_SERVER_BIN names ${config.natsServerBinary}, which cannot be executed`);
  }
  const cached = join(config.cacheDir, 'bin', 'nats-server');
  // Debian installs into /usr/sbin, which is not on every user's PATH.
  const folders = [...config.path.split(delimiter).filter(Boolean), '/usr/sbin', '/usr/local/sbin'];
  for (const candidate of [...folders.map((folder) => join(folder, 'nats-server')), cached])
    if (await isExecutable(candidate)) return candidate;
  onDownload();
  await downloadNatsServer(cached);
  return cached;
}

const isExecutable = (path: string): Promise<boolean> =>
  access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
