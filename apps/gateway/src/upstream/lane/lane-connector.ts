import type { OnReadOpts, Socket } from 'node:net';
import { buildConnector } from 'undici';

/** Where bytes come in. Whoever reads has copied them before the next read, so one is enough for all connections. */
const landing = Buffer.allocUnsafeSlow(64 * 1024);

/**
 * Connects as undici does. Node gives each read of a connection memory of its own, which the collector then has to free:
 * thousands of pieces at a time, while requests wait. Answers of plain upstreams are small and short-lived, so theirs are
 * copied into Node's pool instead.
 */
export function laneConnector(options: buildConnector.BuildOptions): buildConnector.connector {
  const connect = buildConnector(options);
  return (target, callback) => {
    if (target.protocol === 'https:') return connect(target, callback); // decrypted elsewhere
    let connected: Socket | undefined;
    const connectPlain = buildConnector({ ...options, onread: into(landing, () => connected) });
    connectPlain(target, (...result) => {
      connected = result[1] ?? undefined;
      callback(...result);
    });
  };
}

/** The socket tells of what it reads as it always would. */
const into = (buffer: Buffer, socket: () => Socket | undefined): OnReadOpts => ({
  buffer,
  callback(length, bytes) {
    socket()?.emit('data', Buffer.from(bytes.subarray(0, length)));
    return true;
  },
});
