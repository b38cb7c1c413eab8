import { createServer, type Server, type TLSSocket } from 'node:tls';
import type { Certificates } from './certificates.js';
import type { TlsSpec } from './listener-spec.js';

const HANDSHAKE_MS = 10_000;

/**
 * Ends TLS.
 * @param current asked at every handshake, so that new certificates are shown to new connections and old ones go on.
 * @param onSecure told of each connection that came about, and what was agreed to be spoken on it.
 */
export function tlsServer(
  spec: TlsSpec,
  current: () => Certificates,
  onSecure: (socket: TLSSocket) => void,
): Server {
  const asks = spec.clientCertificates !== 'none';
  return createServer(
    {
      ...current().fallback.options,
      SNICallback: (name, done) => done(null, current().contextFor(name)),
      ALPNProtocols: spec.http2 ? ['h2', 'http/1.1'] : ['http/1.1'],
      requestCert: asks,
      rejectUnauthorized: spec.clientCertificates === 'required',
      handshakeTimeout: HANDSHAKE_MS,
    },
    (socket) => {
      // Who shows a certificate that nobody vouches for is not taken for somebody without one.
      if (asks && !socket.authorized && socket.getPeerX509Certificate() !== undefined) socket.destroy();
      else onSecure(socket);
    },
  ).on('tlsClientError', (_, socket) => socket.destroy());
}
