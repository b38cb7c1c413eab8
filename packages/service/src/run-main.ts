import { ConfigError } from './config.js';

/** BSD sysexits: configuration error. A supervisor should not restart on it. */
const EX_CONFIG = 78;

/** Runs a service's `main`: a wrong configuration ends it with a plain message and status 78, anything else with 1. */
export function runMain(main: () => Promise<unknown>): void {
  main().catch((error: unknown) => {
    if (error instanceof ConfigError) {
      process.stderr.write(`${error.message}\n`);
      process.exit(EX_CONFIG);
    }
    process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
    process.exit(1);
  });
}
