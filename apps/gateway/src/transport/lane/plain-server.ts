import { createServer, type Server, type Socket } from 'node:net';

/** Takes connections in the clear, as Node's own HTTP server does. */
export const plainServer = (onConnection: (socket: Socket) => void): Server =>
  createServer({ allowHalfOpen: true, noDelay: true }, onConnection);
