import type { Socket } from 'node:net';
import type { Connection } from '../connection.js';
import { type ConnectionKeeper, LaneConnection, type LaneOptions } from './lane-connection.js';

const CHECK_MS = 1_000;

/**
 * The short way for requests that every parser reads alike, which are nearly all. Connections begin here; the first
 * request that is not so takes its connection over to Node's parser for good.
 */
export class Lane implements ConnectionKeeper {
  isDraining = false;
  private readonly connections = new Set<LaneConnection>();
  private readonly timer: NodeJS.Timeout;

  constructor(private readonly options: LaneOptions) {
    this.timer = setInterval(() => this.check(), CHECK_MS).unref();
  }

  /** Reads what comes on a connection. */
  take(socket: Socket, connection: Connection): void {
    if (!socket.destroyed) this.connections.add(new LaneConnection(socket, connection, this.options, this));
  }

  /** Closes what is idle, and the others when their request is answered. */
  drain(): void {
    this.isDraining = true;
    for (const connection of this.connections) connection.closeIdle();
  }

  forget(connection: LaneConnection): void {
    this.connections.delete(connection);
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private check(): void {
    const now = performance.now();
    for (const connection of this.connections) connection.check(now);
  }
}
