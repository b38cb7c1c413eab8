import { readFile } from 'node:fs/promises';
import type { BacktestStep } from '@gatehouse/contracts';
import { z } from 'zod';
import { unsetIn } from '../configuration/lint.js';
import { ConfigDocument } from '../routes/config-document.js';
import { readRoutes } from '../routes/read-routes.js';
import { Backtest } from './backtest.js';
import { Judge } from './judge.js';
import { NewRules, withRules } from './new-rules.js';

const STEP_EVERY = 1_000;

/** What {@link runBacktest} needs. */
export interface BacktestTask {
  /** Path of a gateway.yaml. */
  readonly file: string;
  /** {@link NewRules} as JSON: tried on top of the file; absent: the file itself is what is new. */
  readonly rules: string | undefined;
  /** How many tokens to name. */
  readonly top: number;
  readonly variables: ReadonlyMap<string, string>;
}

/**
 * Judges lines of recorded requests as they come.
 * @throws RoutesRejected and RangeError for rules that no gateway would take.
 */
export async function* runBacktest(
  { file, rules, top, variables }: BacktestTask,
  lines: AsyncIterable<string>,
): AsyncGenerator<BacktestStep, void> {
  const text = await readFile(file, 'utf8');
  const judgeOf = (of: string, name: string): Judge =>
    new Judge(
      readRoutes(of, name, new Map([...unsetIn(new ConfigDocument(of, name), variables), ...variables])),
    );
  const base = judgeOf(text, file);
  const changed = rules === undefined ? undefined : withRules(text, rulesIn(rules));
  const backtest = new Backtest(
    changed === undefined
      ? { judge: base }
      : { judge: judgeOf(changed, `${file} with the new rules`), baseline: base },
  );
  for await (const line of lines) {
    const { done } = backtest;
    backtest.take(line);
    if (backtest.done !== done && backtest.done % STEP_EVERY === 0)
      yield { step: 'judging', done: backtest.done };
  }
  yield { step: 'done', report: backtest.report(top) };
}

function rulesIn(json: string): NewRules {
  const parsed = NewRules.safeParse(JSON.parse(json));
  if (parsed.success) return parsed.data;
  throw new RangeError(`the new rules: ${z.prettifyError(parsed.error)}`);
}
