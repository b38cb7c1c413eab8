import { execFile } from 'node:child_process';
import { readdir, writeFile } from 'node:fs/promises';
import { availableParallelism, constants, setPriority } from 'node:os';
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
  /** Nobody has a core that the load generator does not use. */
  isShared: boolean;
}

/** Which cores a process gets. */
export type Role = 'proxy' | 'load' | 'rest';

/** A core each where the machine has them; with two, everything but the proxy shares the other. */
export function corePlan(cores = availableParallelism()): CorePlan | undefined {
  if (cores < 2) return undefined;
  if (cores === 2) return { proxy: '0', load: '1', rest: '1', isShared: true };
  return { proxy: '0', load: '1', rest: `2-${cores - 1}`, isShared: false };
}

/** Binds processes to cores with taskset, where there are cores and a taskset. */
export class Pinning {
  constructor(
    readonly plan: CorePlan | undefined,
    private readonly console: Console,
  ) {}

  /** A command that binds itself, and with it all that it starts, to the cores of a role. */
  bound(role: Role, program: string, args: readonly string[]): [program: string, args: string[]] {
    if (!this.plan) return [program, [...args]];
    return ['taskset', ['-c', this.plan[role], program, ...args]];
  }

  /** Binds all threads of a running process. */
  async pin(pid: number, role: Role): Promise<void> {
    if (!this.plan) return;
    try {
      await run('taskset', ['-a', '-c', '-p', this.plan[role], `${pid}`]);
    } catch {
      this.console.line('(taskset does not work here: processes are not bound to cores)');
    }
  }

  /**
   * Lets a process have what is left of its core when that is also the load generator's: it works behind the requests,
   * and what it takes would be missing where requests are made and answered. It catches up when the load is over.
   */
  async putLast(pid: number): Promise<void> {
    if (!this.plan?.isShared) return;
    const threads = await readdir(`/proc/${pid}/task`).catch(() => []);
    for (const thread of threads) setPriority(Number(thread), constants.priority.PRIORITY_LOW);
    // Linux may weigh sessions before their threads (sched(7)); each service has a session of its own.
    await writeFile(`/proc/${pid}/autogroup`, `${constants.priority.PRIORITY_LOW}`).catch(() => {});
  }
}
