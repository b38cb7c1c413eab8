import { once } from 'node:events';
import { connect } from 'node:net';
import type { Child } from '../child.js';
import { describeExit } from '../child.js';
import { eventually } from '../eventually.js';

const START_TIMEOUT_MS = 30_000;

/**
 * Resolves when the nats-server greets with INFO at `port`; it opens that port only after JetStream has recovered.
 * @throws Error with the end of the log when the program ends instead.
 */
export async function answersAt(child: Child, port: number): Promise<void> {
  const greeted = eventually(() => greeting(port, child), { timeoutMs: START_TIMEOUT_MS });
  const ended = child.exited.then((exit) => {
    throw new Error(`nats-server ended with ${describeExit(exit)}: ${child.log.slice(-2000)}`);
  });
  await Promise.race([greeted, ended]);
}

async function greeting(port: number, child: Child): Promise<void> {
  if (!child.running) return; // the race in `answersAt` is lost already
  const socket = connect({ host: '127.0.0.1', port });
  try {
    const [data] = await once(socket, 'data', { signal: AbortSignal.timeout(2000) });
    if (!String(data).startsWith('INFO ')) throw new Error(`port ${port} is not answered by a nats-server`);
  } finally {
    socket.destroy();
  }
}
