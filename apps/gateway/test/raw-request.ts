import { connect } from 'node:net';

/** Sends bytes as they are and resolves with everything that comes back until the other side closes. */
export function rawRequest(port: number, bytes: string, timeoutMs = 30_000): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1' });
    let received = '';
    socket.setTimeout(timeoutMs, () => socket.destroy(new Error(`nothing more came after: ${received}`)));
    socket.on('data', (chunk: Buffer) => {
      received += chunk.toString('latin1');
    });
    socket.on('error', (error: NodeJS.ErrnoException) =>
      error.code === 'ECONNRESET' ? resolve(received) : reject(error),
    );
    socket.on('end', () => resolve(received));
    socket.write(bytes, 'latin1');
  });
}
