import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { connect } from 'node:tls';
import type { SinkSpec } from '@gatehouse/contracts';
import type { OutgoingEntry, Outlet, Sent } from '../outlet.js';
import { Deadline } from '../../deadline.js';
import { DELIVERED } from '../outlet.js';
import { framed, syslogMessage } from './syslog-message.js';

type SyslogSpec = Extract<SinkSpec, { kind: 'syslog' }>;

/** Some pages: what can be on its way before a broken connection shows. */
const SENT_AGAIN = 1_000;

/**
 * Sends syslog over TLS (RFC 5425). The protocol has no acknowledgement: what the system took for a connection that then
 * broke may be lost. So the last entries of a connection are sent again on the next one.
 */
export class SyslogOutlet implements Outlet {
  private socket: TLSSocket | undefined;
  /** What the connection was given last; nobody can tell whether it arrived. */
  private unconfirmed: readonly string[] = [];

  constructor(private readonly spec: SyslogSpec) {}

  async send(entries: readonly OutgoingEntry[], stopping: AbortSignal): Promise<readonly Sent[]> {
    const messages = entries.map((entry) => framed(syslogMessage(entry, this.spec.facility)));
    const again = this.socket?.writable ? [] : this.unconfirmed;
    const deadline = new Deadline(stopping, this.spec.timeoutSeconds * 1000);
    try {
      const socket = await this.connected(deadline.signal);
      await written(socket, [...again, ...messages].join(''), deadline.signal);
    } catch (error) {
      await this.close();
      throw error;
    } finally {
      deadline.clear();
    }
    this.unconfirmed = [...this.unconfirmed, ...messages].slice(-SENT_AGAIN);
    return entries.map(() => DELIVERED);
  }

  async close(): Promise<void> {
    this.socket?.destroy();
    this.socket = undefined;
  }

  private async connected(signal: AbortSignal): Promise<TLSSocket> {
    if (this.socket?.writable) return this.socket;
    const { host, port, caFile, certificateFile, keyFile } = this.spec;
    const [ca, cert, key] = await Promise.all([caFile, certificateFile, keyFile].map(contentOf));
    const socket = connect({ host, port, ca, cert, key, ...(isIP(host) ? {} : { servername: host }) });
    this.socket = socket;
    socket.on('error', () => socket.destroy()); // the next write says what is wrong
    socket.resume(); // a receiver says nothing; its end must still be seen
    socket.once('end', () => socket.destroy());
    await once(socket, 'secureConnect', { signal });
    return socket;
  }
}

/** Resolves when the system has taken all of it. */
function written(socket: TLSSocket, text: string, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(new Error('the receiver takes nothing'));
    signal.addEventListener('abort', onAbort, { once: true });
    socket.write(text, (error) => {
      signal.removeEventListener('abort', onAbort);
      if (error) reject(error);
      else resolve();
    });
  });
}

async function contentOf(path: string | undefined): Promise<Buffer | undefined> {
  return path === undefined ? undefined : readFile(path);
}
