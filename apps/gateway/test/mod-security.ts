import { mkdtemp, readdir, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { debianProgram } from '@gatehouse/testing';

/** What Node itself runs on: the machine's own is taken. */
const OF_THE_MACHINE =
  /^(ld-linux|lib(c|m|dl|rt|pthread|util|resolv|anl|mvec|nsl|nss_\w+|thread_db|stdc\+\+|gcc_s)\.so|libc_malloc)/;

/** Debian's libmodsecurity 3 and OWASP Core Rule Set, not installed. */
export interface ModSecurityFiles {
  /** The `waf` part of a gateway.yaml that uses them. */
  readonly waf: string;
  readonly coreRules: string;
  /** With what a gateway finds the libraries that the library needs. */
  readonly env: Record<string, string>;
  remove(): Promise<void>;
}

/** Fetches both, unless they are in the user's cache. */
export async function modSecurity(): Promise<ModSecurityFiles> {
  const root = await debianProgram('libmodsecurity3', ['modsecurity-crs']);
  const libraries = await mkdtemp(join(tmpdir(), 'mod-security-'));
  for (const folder of ['lib', 'usr/lib'].map((base) => join(root, base, machineFolder())))
    for (const name of await readdir(folder).catch(() => []))
      if (name.includes('.so') && !OF_THE_MACHINE.test(name))
        await symlink(join(folder, name), join(libraries, name));
  const library = join(libraries, 'libmodsecurity.so.3');
  const coreRules = join(root, 'usr/share/modsecurity-crs/rules');
  return {
    waf: `waf: { library: ${library}, coreRules: ${coreRules}, threads: 2, timeoutMs: 20000 }\n`,
    coreRules,
    env: { LD_LIBRARY_PATH: libraries },
    remove: () => rm(libraries, { recursive: true, force: true }),
  };
}

const machineFolder = (): string => (process.arch === 'arm64' ? 'aarch64-linux-gnu' : 'x86_64-linux-gnu');
