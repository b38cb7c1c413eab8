import { mkdir, mkdtemp, readdir, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unpackDebianProgram } from '@gatehouse/testing';

/** What Node itself runs on: the machine's own is taken. */
const OF_THE_MACHINE =
  /^(ld-linux|lib(c|m|dl|rt|pthread|util|resolv|anl|mvec|nsl|nss_\w+|thread_db|stdc\+\+|gcc_s)\.so|libc_malloc)/;

/** Debian's libmodsecurity 3 and OWASP Core Rule Set, not installed. */
export interface ModSecurityFiles {
  /** The `waf` part of a gateway.yaml that uses them. */
  readonly waf: string;
  readonly library: string;
  readonly coreRules: string;
  /** With what a gateway finds the libraries that the library needs. */
  readonly env: Record<string, string>;
  remove(): Promise<void>;
}

/** Fetches and unpacks both. */
export async function unpackModSecurity(): Promise<ModSecurityFiles> {
  const dir = await mkdtemp(join(tmpdir(), 'mod-security-'));
  const workDir = join(dir, 'debian');
  const libraries = join(dir, 'lib');
  await Promise.all([mkdir(workDir), mkdir(libraries)]);
  const root = await unpackDebianProgram('libmodsecurity3', workDir, ['modsecurity-crs']);
  for (const folder of ['lib', 'usr/lib'].map((base) => join(root, base, machineFolder())))
    for (const name of await readdir(folder).catch(() => []))
      if (name.includes('.so') && !OF_THE_MACHINE.test(name))
        await symlink(join(folder, name), join(libraries, name));
  const library = join(libraries, 'libmodsecurity.so.3');
  const coreRules = join(root, 'usr/share/modsecurity-crs/rules');
  return {
    waf: `waf: { library: ${library}, coreRules: ${coreRules}, threads: 2, timeoutMs: 20000 }\n`,
    library,
    coreRules,
    env: { LD_LIBRARY_PATH: libraries },
    remove: () => rm(dir, { recursive: true, force: true }),
  };
}

const machineFolder = (): string => (process.arch === 'arm64' ? 'aarch64-linux-gnu' : 'x86_64-linux-gnu');
