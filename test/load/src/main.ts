import { benches } from './benches.js';
import { parseCommandLine, USAGE, UsageError } from './command-line.js';
import { Console } from './console.js';
import { withCleanUp } from './clean-up.js';

const EX_USAGE = 64;

async function main(): Promise<void> {
  const commandLine = parseCommandLine(process.argv.slice(2), benches);
  if (!commandLine) return void process.stdout.write(USAGE(benches));
  const { bench, options } = commandLine;
  const console = new Console(process.stdout);
  const result = await withCleanUp((cleanUp) => bench.run({ options, console, cleanUp }));
  // The last line is for machines.
  console.line(JSON.stringify({ bench: bench.name, ...options, ...result }));
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = error instanceof UsageError ? EX_USAGE : 1;
});
