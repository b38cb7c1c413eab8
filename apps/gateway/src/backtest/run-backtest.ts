import { readFile } from 'node:fs/promises';
import { BacktestApi, type BacktestStep } from '@gatehouse/contracts';
import { z } from 'zod';
import { Backtest } from './backtest.js';
import { NewRules } from './new-rules.js';
import { triedApi, triedFile } from './tried-rules.js';

const STEP_EVERY = 1_000;

/** What {@link runBacktest} needs. */
export interface BacktestTask {
  /** Path of a gateway.yaml, or of a {@link BacktestApi} as JSON. */
  readonly file: string;
  readonly isApi: boolean;
  /** {@link NewRules} as JSON: tried on top of it; absent: it is itself what is new. */
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
  { file, isApi, rules, top, variables }: BacktestTask,
  lines: AsyncIterable<string>,
): AsyncGenerator<BacktestStep, void> {
  const text = await readFile(file, 'utf8');
  const newRules = rules === undefined ? undefined : rulesIn(rules);
  const backtest = new Backtest(
    isApi ? triedApi(apiIn(text), newRules) : triedFile(text, file, newRules, variables),
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

function apiIn(json: string): BacktestApi {
  const parsed = BacktestApi.safeParse(JSON.parse(json));
  if (parsed.success) return parsed.data;
  throw new RangeError(`the API: ${z.prettifyError(parsed.error)}`);
}
