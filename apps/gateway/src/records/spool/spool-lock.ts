import { FolderInUse, lockFolder } from '@gatehouse/folder-lock';

/** Two gateways in one spool would number different records alike. */
export class SpoolInUse extends Error {
  constructor(dir: string, pid: number) {
    super(`SPOOL_DIR ${dir} is used by process ${pid}: give each gateway a directory of its own`);
    this.name = 'SpoolInUse';
  }
}

/**
 * Takes a spool directory for this process.
 * @throws SpoolInUse while another that has it lives.
 */
export function lockSpool(dir: string): void {
  try {
    lockFolder(dir);
  } catch (error) {
    if (error instanceof FolderInUse) throw new SpoolInUse(dir, error.pid);
    throw error;
  }
}
