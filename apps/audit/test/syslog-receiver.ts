import { once } from 'node:events';
import type { AddressInfo, Socket } from 'node:net';
import { createServer } from 'node:tls';
import type { TLSSocket } from 'node:tls';
import 'reflect-metadata'; // before x509, which needs it
import * as x509 from '@peculiar/x509';

/** A certificate for localhost that vouches for itself, and its key, in PEM. */
async function selfSigned(): Promise<{ cert: string; key: string }> {
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
  const keys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: 'CN=localhost',
    notBefore: new Date(Date.now() - 60_000),
    notAfter: new Date(Date.now() + 3_600_000),
    keys,
    signingAlgorithm: algorithm,
    extensions: [new x509.SubjectAlternativeNameExtension([{ type: 'dns', value: 'localhost' }])],
  });
  const pkcs8 = await crypto.subtle.exportKey('pkcs8', keys.privateKey);
  return { cert: certificate.toString('pem'), key: x509.PemConverter.encode(pkcs8, 'PRIVATE KEY') };
}

/** A syslog receiver over TLS that reads frames as RFC 5425 §4.3 says. */
export async function startSyslogReceiver() {
  const { cert, key } = await selfSigned();
  const messages: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer({ cert, key }, (socket: TLSSocket) => {
    sockets.add(socket);
    let rest = Buffer.alloc(0);
    socket.on('error', () => socket.destroy());
    socket.on('data', (chunk: Buffer) => {
      rest = Buffer.concat([rest, chunk]);
      for (let frame = frameIn(rest); frame; frame = frameIn(rest)) {
        messages.push(frame.message);
        rest = rest.subarray(frame.end);
      }
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const drop = () => {
    for (const socket of sockets) socket.destroy();
    sockets.clear();
  };
  return {
    port: (server.address() as AddressInfo).port,
    ca: cert,
    messages,
    drop,
    async stop() {
      drop();
      server.close();
      await once(server, 'close');
    },
  };
}

function frameIn(bytes: Buffer): { message: string; end: number } | undefined {
  const [digits = '', length = ''] = /^(\d+) /.exec(bytes.subarray(0, 12).toString('latin1')) ?? [];
  const end = digits.length + Number(length);
  return digits && bytes.length >= end
    ? { message: bytes.subarray(digits.length, end).toString(), end }
    : undefined;
}
