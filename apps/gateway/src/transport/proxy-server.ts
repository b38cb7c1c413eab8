import { createServer, type Server, type Socket } from 'node:net';
import { plainAddress } from '../request/client-address.js';
import { IpList } from '../request/ip-list.js';
import { readProxyHeader } from './proxy-header.js';

/** A proxy sends its header at once. */
const HEADER_MS = 5_000;

/**
 * Takes connections of trusted proxies alone, and reads the header that each begins with.
 * @param onClient gets the connection as the client sent it, and the client's address.
 */
export function proxyServer(
  trusted: readonly string[],
  onClient: (socket: Socket, address: string) => void,
): Server {
  const proxies = new IpList(trusted);
  return createServer((socket) => {
    const peer = plainAddress(socket.remoteAddress);
    socket.on('error', () => socket.destroy());
    if (!proxies.has(peer)) socket.destroy();
    else readHeader(socket, (address) => onClient(socket, address ?? peer));
  });
}

function readHeader(socket: Socket, onRead: (address: string | undefined) => void): void {
  const tooLate = setTimeout(() => socket.destroy(), HEADER_MS);
  socket.once('close', () => clearTimeout(tooLate));
  let seen = Buffer.alloc(0);
  const read = () => {
    const chunk = socket.read() as Buffer | null;
    if (chunk === null) return;
    seen = Buffer.concat([seen, chunk]);
    const header = readProxyHeader(seen);
    if (header.status === 'incomplete') return;
    clearTimeout(tooLate);
    socket.off('readable', read);
    if (header.status === 'invalid') return void socket.destroy();
    if (header.length < seen.length) socket.unshift(seen.subarray(header.length));
    setImmediate(() => onRead(header.address)); // the stream has to notice first that nobody listens any more
  };
  socket.on('readable', read);
}
