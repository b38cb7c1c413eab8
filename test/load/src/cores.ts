import { execFile } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { promisify } from 'node:util';
import type { Console } from './console.js';

const run = promisify(execFile);

/** Who gets which cores, so that what is measured and what measures it do not take each other's. */
export interface CorePlan {
  /** The one core of the proxy under test. */
  proxy: string;
  /** Load generator. */
  load: string;
  /** Upstream, engines and services. */
  rest: string;
}

/** A core each where the machine has them; with two, everything but the proxy shares the other. */
export function corePlan(cores = availableParallelism()): CorePlan | undefined {
  if (cores < 2) return undefined;
  if (cores === 2) return { proxy: '0', load: '1', rest: '1' };
  return { proxy: '0', load: '1', rest: `2-${cores - 1}` };
}

/** Binds processes to cores with taskset, where there are cores and a taskset. */
export class Pinning {
  constructor(
    readonly plan: CorePlan | undefined,
    private readonly console: Console,
  ) {}

  /** Binds all threads of a running process. */
  async pin(pid: number, role: keyof CorePlan): Promise<void> {
    if (!this.plan) return;
    try {
      await run('taskset', ['-a', '-c', '-p', this.plan[role], `${pid}`]);
    } catch {
      this.console.line('(taskset does not work here: processes are not bound to cores)');
    }
  }
}
