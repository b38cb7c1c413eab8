import { homedir } from 'node:os';
import { join } from 'node:path';

/** What the launchers read from the environment, and nothing else does. Read at each use: a test may set it. */
export interface LauncherConfig {
  /** A nats-server to use instead of looking for one. */
  natsServerBinary: string | undefined;
  /** A Chromium to use instead of looking for one. */
  chromiumBinary: string | undefined;
  /** Where to look for programs. */
  path: string;
  /** Where downloads are kept between runs, per user (XDG Base Directory Specification). */
  cacheDir: string;
  /** Of the sample data; relative to the repository. */
  sampleDataDir: string;
  /** A Postgres from outside to create the test databases in. */
  postgresUrl: string | undefined;
  /** Everything one test run leaves on disk is below this directory; jest's global set-up makes it and sets this. */
  runDir: string | undefined;
}

/** The configuration of this moment. */
export function launcherConfig(env: NodeJS.ProcessEnv = process.env): LauncherConfig {
  return {
    natsServerBinary: env['NATS_SERVER_BIN'] || undefined,
    chromiumBinary: env['CHROMIUM_BIN'] || undefined,
    path: env['PATH'] ?? '',
    cacheDir: join(env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'gatehouse'),
    sampleDataDir: env['GATEHOUSE_TEST_DATA'] || '../shared/data',
    postgresUrl: env['GATEHOUSE_TEST_POSTGRES_URL'] || undefined,
    runDir: env['GATEHOUSE_TEST_RUN_DIR'] || undefined,
  };
}

/** What a child process always needs, without any of our own settings leaking into it. */
export function bareEnvironment(env: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv {
  const kept = ['PATH', 'HOME', 'TMPDIR', 'LANG', 'TZ', 'NODE_OPTIONS', 'XDG_CACHE_HOME'];
  return Object.fromEntries(kept.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])));
}
