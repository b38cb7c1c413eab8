import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { Certificate } from './certificates.js';

/** What an https upstream saw of the connection. */
export interface Seen {
  /** The name asked for (SNI). */
  readonly name: string | false;
  /** SHA-256 of the client's certificate; absent: it showed none. */
  readonly client?: string;
}

/** An https upstream that answers with what it saw. */
export class TlsTarget {
  /** The name that the latest connection asked for. */
  private name: string | false = false;
  private readonly server: Server;

  private constructor({ cert, key }: Certificate, clientCa: string | undefined) {
    const mutual = clientCa === undefined ? {} : { ca: clientCa, requestCert: true };
    const SNICallback = (name: string, done: (error: Error | null) => void) => {
      this.name = name;
      done(null);
    };
    this.server = createServer({ cert, key, SNICallback, ...mutual }, ({ socket }, response) => {
      const client = (socket as TLSSocket).getPeerCertificate().fingerprint256;
      response.end(JSON.stringify({ name: this.name, client } satisfies Partial<Seen>));
    });
  }

  /** @param clientCa asks for client certificates of this authority. */
  static async start(certificate: Certificate, clientCa?: string): Promise<TlsTarget> {
    const target = new TlsTarget(certificate, clientCa);
    await new Promise<void>((resolve) => target.server.listen(0, '127.0.0.1', resolve));
    return target;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
