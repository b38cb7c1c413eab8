import type { ClientHttp2Session, Settings } from 'node:http2';
import { errors } from 'undici';

/**
 * Whether streams of a session may become tunnels: its other side says so in its first SETTINGS (RFC 8441 §3).
 * @throws Error when the session ends before, or nothing is said in time.
 */
export async function offersTunnels(session: ClientHttp2Session, withinMs: number): Promise<boolean> {
  let tooLate: NodeJS.Timeout | undefined;
  const said = new Promise<Settings>((resolve, reject) => {
    tooLate = setTimeout(() => reject(new errors.ConnectTimeoutError()), withinMs);
    const closed = () => reject(new errors.SocketError('the upstream closed the connection'));
    session.once('remoteSettings', resolve).once('error', reject).once('close', closed);
  });
  try {
    return (await said).enableConnectProtocol === true;
  } finally {
    clearTimeout(tooLate);
  }
}
