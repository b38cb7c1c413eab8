import { readFile } from 'node:fs/promises';
import { lint } from '../configuration/lint.js';
import { upstreamVariables } from '../gateway.config.js';

/**
 * What a gateway can say without running: asked by `gatehouse gateway lint` and `gatehouse backtest`, so that no other
 * program has to know what a gateway would do. Answers are JSON, one document a line.
 */
const [command, file] = process.argv.slice(2);
if (command === 'lint' && file !== undefined) {
  const text = await readFile(file, 'utf8');
  process.stdout.write(`${JSON.stringify(lint(text, file, upstreamVariables(process.env)))}\n`);
} else {
  process.stderr.write('usage: lint <gateway.yaml>\n');
  process.exitCode = 2;
}
