import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { runBacktest } from '../backtest/run-backtest.js';
import { lint } from '../configuration/lint.js';
import { upstreamVariables } from '../gateway.config.js';
import { linesIn, say } from './lines.js';

/**
 * What a gateway can say without running: asked by `gatehouse gateway lint` and `gatehouse backtest`, so that no other
 * program has to know what a gateway would do. Answers are JSON, one document a line.
 */
const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    api: { type: 'boolean', default: false },
    rules: { type: 'string' },
    top: { type: 'string', default: '20' },
  },
});
const [command = '', file = ''] = positionals;
const variables = upstreamVariables(process.env);

const commands: Readonly<Record<string, () => Promise<void>>> = {
  lint: async () => say(lint(await readFile(file, 'utf8'), file, variables)),
  backtest: async () => {
    const task = { file, isApi: values.api, rules: values.rules, top: Number(values.top), variables };
    for await (const step of runBacktest(task, linesIn(process.stdin))) await say(step);
  },
};

try {
  const run = commands[command];
  if (!run || file === '')
    throw new Error(
      'usage: lint <gateway.yaml> | backtest <gateway.yaml> [--rules <json>] | backtest --api <api.json> [--rules <json>]',
    );
  await run();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
