import { createHash } from 'node:crypto';
import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { plainAddress } from '../request/client-address.js';

/** What is known of a connection before its first request. */
export interface Connection {
  /** Who is at the other end, or whom a PROXY header named. */
  readonly address: string;
  readonly scheme: 'http' | 'https';
  /** RFC 8705 §3.1; undefined: the client showed no certificate. */
  readonly certificateThumbprint: string | undefined;
  /** That came on it, over HTTP/1.1. */
  requests: number;
}

/** SHA-256 of the DER of the certificate the client showed, base64url. */
export function thumbprintOf(socket: TLSSocket): string | undefined {
  const certificate = socket.getPeerX509Certificate();
  return certificate && createHash('sha256').update(certificate.raw).digest('base64url');
}

/** A connection that is nothing but a socket. */
export const inTheClear = (socket: Socket): Connection => ({
  address: plainAddress(socket.remoteAddress),
  scheme: 'http',
  certificateThumbprint: undefined,
  requests: 0,
});

/** The other end, as long as the connection lasts. */
export const endpointOf = ({ remoteAddress, remotePort }: Socket): string => `${remoteAddress} ${remotePort}`;
