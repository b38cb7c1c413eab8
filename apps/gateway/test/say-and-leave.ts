import { connect } from 'node:net';

/** Sends bytes as they are, takes what comes until nothing comes for a while, and hangs up. */
export function sayAndLeave(port: number, bytes: string, quietMs = 250): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    let received = '';
    socket.setTimeout(quietMs, () => socket.destroy());
    socket.on('data', (chunk: Buffer) => {
      received += chunk.toString('latin1');
    });
    socket.on('error', () => {}); // being cut off is an answer, too
    socket.on('close', () => resolve(received));
    socket.write(bytes, 'latin1');
  });
}

/** Does something for each, a few at once. */
export async function forEachOf<T>(
  items: readonly T[],
  atOnce: number,
  act: (item: T) => Promise<void>,
): Promise<void> {
  const left = [...items];
  const worker = async () => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) await act(item);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}
