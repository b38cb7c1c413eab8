import { runGatehouse } from './run-gatehouse.js';

const abort = new AbortController();
process.once('SIGINT', () => abort.abort());
process.once('SIGTERM', () => abort.abort());
// `gatehouse … | head` is no failure.
process.stdout.on('error', () => abort.abort());

process.exitCode = await runGatehouse(process.argv.slice(2), {
  env: process.env,
  terminal: {
    out: process.stdout,
    err: process.stderr,
    interactive: process.stdout.isTTY && process.stderr.isTTY && !process.env['NO_COLOR'],
    signal: abort.signal,
  },
});
