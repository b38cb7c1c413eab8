import type { CleanUp } from './clean-up.js';
import type { Console } from './console.js';

/** What the command line says. */
export interface BenchOptions {
  /** Length of one measurement. */
  seconds: number;
  /** How often everything is measured, in turn. */
  rounds: number;
  connections: number;
  /** Distinct tokens; `undefined`: the bench's own default. */
  tokens: number | undefined;
  /** How many tokens the `revocation` bench revokes. */
  revocations: number;
  /** How long the `gateway-endurance` bench goes on. */
  minutes: number;
  /** How many leaves the `audit` bench logs, or `audit-search` searches; `undefined`: its default. */
  leaves: number | undefined;
}

/** What a bench may use. */
export interface BenchContext {
  options: BenchOptions;
  console: Console;
  cleanUp: CleanUp;
}

/** One row of `benchmarks.md`. */
export interface Bench {
  name: string;
  summary: string;
  /** @returns what the last line of output says. */
  run(context: BenchContext): Promise<Record<string, unknown>>;
}
