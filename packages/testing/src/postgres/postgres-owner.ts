import { readFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { runProgram } from '../run-program.js';

/** A system user's numbers. */
export interface Owner {
  uid: number;
  gid: number;
}

/**
 * Whom Postgres must run as: it refuses to run as root, so root gets the numbers of the system user `postgres`, which
 * is created where it is missing. Everybody else runs it as himself: `undefined`.
 */
export async function postgresOwner(): Promise<Owner | undefined> {
  if (userInfo().uid !== 0) return undefined;
  return (await findUser()) ?? (await createUser());
}

/** Whether `owner` may pass into `folder`: all the way down from the root. */
export const canEnter = (folder: string, owner: Owner): Promise<boolean> =>
  runProgram('/bin/sh', ['-c', 'test -x "$0"', folder], { ...owner, cwd: '/' }).then(
    () => true,
    () => false,
  );

async function findUser(): Promise<Owner | undefined> {
  const line = /^postgres:[^:]*:(\d+):(\d+):/m.exec(await readFile('/etc/passwd', 'utf8'));
  return line ? { uid: Number(line[1]), gid: Number(line[2]) } : undefined;
}

async function createUser(): Promise<Owner> {
  const args = ['--system', '--user-group', '--no-create-home', '--shell', '/usr/sbin/nologin', 'postgres'];
  // Another process may create it at the same moment: what counts is that it is there afterwards.
  const failure = await runProgram('useradd', args).catch((error: unknown) => error);
  const created = await findUser();
  if (created) return created;
  throw new Error(
    'Postgres refuses to run as root and the system user "postgres" could not be created: create it, or start as another user',
    { cause: failure },
  );
}
