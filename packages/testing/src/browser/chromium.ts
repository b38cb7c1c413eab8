import { access } from 'node:fs/promises';
import { platform } from 'node:os';
import { delimiter, join } from 'node:path';
import { bareEnvironment, launcherConfig } from '../config.js';
import { debianProgram } from '../debian-package.js';

const PACKAGE = 'chromium-headless-shell';
const NAMES = [PACKAGE, 'chromium', 'google-chrome'];

/** A Chromium, and the environment it starts in. */
export interface Chromium {
  executablePath: string;
  env: Record<string, string>;
}

/**
 * A Chromium for tests of pages: the one `CHROMIUM_BIN` names, else one on PATH, else Debian's headless shell with all
 * it depends on, kept in the user's cache (about 170 MB to fetch, once), for which no root is needed.
 * @throws Error that says what to install or set, when nothing works.
 */
export async function chromium(): Promise<Chromium> {
  const config = launcherConfig();
  const onPath = config.path.split(delimiter).flatMap((folder) => NAMES.map((name) => join(folder, name)));
  for (const executablePath of config.chromiumBinary ? [config.chromiumBinary] : onPath)
    if (await exists(executablePath)) return { executablePath, env: environmentOf() };
  if (platform() !== 'linux') throw new Error('install Chromium, or name one in CHROMIUM_BIN');
  const root = await debianProgram(PACKAGE).catch((error: unknown) => {
    throw new Error('no Chromium was found or could be fetched: name one in CHROMIUM_BIN', { cause: error });
  });
  return { executablePath: join(root, 'usr', 'lib', 'chromium', PACKAGE), env: environmentOf(root) };
}

/** @param root where its libraries are, when they are not the system's. */
function environmentOf(root?: string): Record<string, string> {
  const bare = Object.entries(bareEnvironment()).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as const],
  );
  if (root === undefined) return Object.fromEntries(bare);
  const machine = `${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}-linux-gnu`;
  const libraries = [
    join(root, 'usr', 'lib', machine),
    join(root, 'lib', machine),
    join(root, 'usr', 'lib', machine, 'pulseaudio'),
  ];
  return { ...Object.fromEntries(bare), LD_LIBRARY_PATH: libraries.join(':') };
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );
