import type { Child } from './child.js';
import { describeExit } from './child.js';
import { eventually } from './eventually.js';

/**
 * Resolves when the service answers 200 at `/health/ready` of `port` on the loopback address.
 * @throws Error with the end of its log when it ends instead, or is not ready in time; it is ended then.
 */
export async function becomesReady(child: Child, port: number, timeoutMs: number): Promise<void> {
  try {
    await eventually(() => isReady(child, port), { timeoutMs });
  } catch (error) {
    await child.stop('SIGKILL');
    throw new Error(`${error instanceof Error ? error.message : String(error)}\n${endOf(child)}`, {
      cause: error,
    });
  }
  if (child.running) return;
  throw new Error(`ended with ${describeExit(await child.exited)} before it was ready:\n${endOf(child)}`);
}

const endOf = ({ log }: Child): string => log.slice(-4000);

async function isReady(child: Child, port: number): Promise<void> {
  if (!child.running) return; // no use in waiting longer: the caller sees to it
  const answer = await fetch(`http://127.0.0.1:${port}/health/ready`, { signal: AbortSignal.timeout(2000) });
  const body = await answer.text();
  if (!answer.ok) throw new Error(`not ready: ${answer.status} ${body.slice(0, 500)}`);
}
