import { bareEnvironment, Child, describeExit, eventually } from '@gatehouse/testing';
import type { Role } from '../cores.js';
import type { Surroundings } from '../surroundings.js';

/** How to start something that listens. */
export interface StartOptions {
  program: string;
  args: readonly string[];
  /** Answers once it is ready. */
  url: string;
  role: Role;
}

/** Starts a program that serves HTTP, binds it to its cores, and resolves once it answers, whatever it answers. */
export async function startServer(options: StartOptions, { pinning, cleanUp }: Surroundings): Promise<void> {
  const { program, args, url, role } = options;
  const child = await Child.start({ command: program, args, env: bareEnvironment() });
  cleanUp.add(() => child.stop());
  await eventually(async () => {
    if (child.running) await fetch(url, { signal: AbortSignal.timeout(1_000) });
  });
  if (child.running) return pinning.pin(child.pid, role);
  const exit = describeExit(await child.exited);
  throw new Error(`${program} ended with ${exit}: ${child.log.slice(-2_000)}`);
}
