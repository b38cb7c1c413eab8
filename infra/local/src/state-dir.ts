import { chmod, mkdir } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join, resolve } from 'node:path';

/** The places below `.gatehouse`. */
export interface StateDir {
  /** Absolute. */
  root: string;
  /** Engines' and services' files, a folder each. */
  data: string;
  logs: string;
  secrets: string;
  /** Which processes run: for the next start, should this one be killed. */
  pids: string;
  runFile: string;
  lockFile: string;
}

/** Where things are, without touching the disk. */
export function stateDirAt(dir: string): StateDir {
  const root = resolve(dir);
  const below = (name: string) => join(root, name);
  return {
    root,
    data: below('data'),
    logs: below('logs'),
    secrets: below('secrets'),
    pids: below('pids'),
    runFile: below('run.json'),
    lockFile: below('supervisor.json'),
  };
}

/** Makes the folders. Nobody else may look inside; root's Postgres, which runs as another user, may pass through. */
export async function makeStateDir(state: StateDir): Promise<void> {
  const passable = userInfo().uid === 0 ? 0o711 : 0o700;
  await mkdir(state.root, { recursive: true });
  for (const folder of [state.data, state.logs, state.secrets, state.pids])
    await mkdir(folder, { recursive: true });
  for (const folder of [state.root, state.data]) await chmod(folder, passable);
  for (const folder of [state.logs, state.secrets, state.pids]) await chmod(folder, 0o700);
}
