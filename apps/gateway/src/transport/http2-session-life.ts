import type { Http2Session } from 'node:http2';
import type { Bounds } from './bounds.js';

/** Ends a session in which nothing is asked for, as the bounds of HTTP/1.1 connections have it. */
export function boundSession(session: Http2Session, bounds: Bounds): void {
  let open = 0;
  let requests = 0;
  // A head that does not end is no request yet.
  let waiting = setTimeout(() => session.destroy(), bounds.headersSeconds * 1_000);
  session.on('stream', (stream) => {
    clearTimeout(waiting);
    open++;
    requests++;
    if (requests === bounds.maxRequestsPerConnection) session.close(); // those under way go on
    stream.once('close', () => {
      open--;
      if (open > 0 || session.destroyed) return;
      clearTimeout(waiting);
      waiting = setTimeout(() => session.destroy(), bounds.keepAliveSeconds * 1_000);
    });
  });
  session.once('close', () => clearTimeout(waiting));
  session.setTimeout(bounds.idleSeconds * 1_000, () => session.destroy());
}
