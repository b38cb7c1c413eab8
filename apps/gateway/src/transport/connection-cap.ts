import type { Socket } from 'node:net';
import { plainAddress } from '../request/client-address.js';

/** The connections that are open, and how many one address may have. */
export class ConnectionCap {
  private readonly open = new Set<Socket>();
  private readonly byAddress = new Map<string, number>();

  constructor(private readonly perAddress: number) {}

  /** Keeps the connection in mind until it closes; one too many is closed at once. */
  admit(socket: Socket, address = plainAddress(socket.remoteAddress)): boolean {
    const count = (this.byAddress.get(address) ?? 0) + 1;
    if (count > this.perAddress) {
      socket.destroy();
      return false;
    }
    this.open.add(socket);
    this.byAddress.set(address, count);
    socket.once('close', () => this.forget(socket, address));
    return true;
  }

  /** Node counts a connection as idle only after its first request; clients open some in advance. */
  closeUnused(): void {
    for (const socket of this.open) if (socket.bytesRead === 0) socket.destroy();
  }

  closeAll(): void {
    for (const socket of this.open) socket.destroy();
  }

  private forget(socket: Socket, address: string): void {
    this.open.delete(socket);
    const left = (this.byAddress.get(address) ?? 1) - 1;
    if (left === 0) this.byAddress.delete(address);
    else this.byAddress.set(address, left);
  }
}
