import { access, mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { launcherConfig } from './config.js';
import { runProgram } from './run-program.js';

const DOWNLOAD_TIMEOUT_MS = 180_000;

/**
 * Fetches a Debian or Ubuntu package, verified by apt, and unpacks it without installing it: needs no root, and no
 * package lists on the machine.
 * @param workDir an empty directory; the caller removes it.
 * @param needs further packages to unpack into the same folder, such as libraries.
 * @returns the folder it is unpacked in, to be read as if it were `/`.
 * @throws Error with what apt or dpkg said.
 */
export async function unpackDebianPackage(
  name: string,
  workDir: string,
  needs: readonly string[] = [],
): Promise<string> {
  await download([name, ...needs], workDir);
  const unpacked = join(workDir, 'unpacked');
  const files = (await readdir(workDir)).filter((entry) => entry.endsWith('.deb'));
  if (files.length <= needs.length)
    throw new Error(`the download left ${files.length} packages in ${workDir}`);
  for (const file of files) await runProgram('dpkg', ['-x', join(workDir, file), unpacked]);
  return unpacked;
}

/**
 * Fetches packages with all they depend on, so that they need nothing of the machine but its kernel, and keeps them in the
 * user's cache.
 * @param name of the first package, and of the folder in the cache.
 * @returns the folder all of it is unpacked in. Processes that fetch at the same time each end with a rename: it is at
 * any time absent or whole.
 */
export async function debianProgram(name: string, more: readonly string[] = []): Promise<string> {
  const root = join(launcherConfig().cacheDir, name);
  if (await exists(root)) return root;
  await mkdir(dirname(root), { recursive: true });
  const workDir = await mkdtemp(join(dirname(root), '.fetch-'));
  try {
    const unpacked = await unpackProgram([name, ...more], workDir);
    await rename(unpacked, root).catch(async (error: unknown) => {
      if (!(await exists(root))) throw error;
    });
  } finally {
    await rm(workDir, { recursive: true, force: true });
  }
  return root;
}

async function unpackProgram(names: readonly string[], workDir: string): Promise<string> {
  await fetchWith(workDir, ['install', '--download-only', '--no-install-recommends', '-y', ...names]);
  const unpacked = join(workDir, 'unpacked');
  const archives = join(workDir, 'apt', 'archives');
  const packages = (await readdir(archives)).filter((entry) => entry.endsWith('.deb'));
  for (const entry of packages) await runProgram('dpkg', ['-x', join(archives, entry), unpacked]);
  return unpacked;
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

const download = (names: readonly string[], workDir: string): Promise<void> =>
  fetchWith(workDir, ['download', ...names]);

async function fetchWith(workDir: string, command: readonly string[]): Promise<void> {
  const options = await privateState(join(workDir, 'apt'));
  const apt = (...args: readonly string[]) =>
    runProgram('apt-get', ['-q', ...options, ...args], { cwd: workDir, timeoutMs: DOWNLOAD_TIMEOUT_MS });
  // One unreachable third-party list fails the update as a whole, although Debian's own came through.
  const updated = await apt('update').catch((error: unknown) => error);
  await apt(...command).catch((error: unknown) => {
    throw typeof updated === 'string' ? error : updated;
  });
}

/** Options for a state of apt's own, which leave the system's lists alone. */
async function privateState(state: string): Promise<string[]> {
  await mkdir(join(state, 'lists', 'partial'), { recursive: true });
  await mkdir(join(state, 'archives', 'partial'), { recursive: true });
  await writeFile(join(state, 'status'), '');
  return [
    `Dir::State=${state}`,
    `Dir::State::status=${join(state, 'status')}`,
    `Dir::Cache=${state}`,
    'Acquire::Languages=none',
    'Acquire::IndexTargets::deb::DEP-11::DefaultEnabled=false',
    // As root, apt would change to a user who cannot enter this directory.
    'APT::Sandbox::User=root',
  ].flatMap((option) => ['-o', option]);
}

/** The path of the entry in `folder` whose name ends so. */
export async function onlyEntry(folder: string, ending: string): Promise<string> {
  const found = (await readdir(folder)).find((entry) => entry.endsWith(ending));
  if (!found) throw new Error(`the download left no ${ending} in ${folder}`);
  return join(folder, found);
}
