import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** A network between two programs that can lose what is on its way without telling either. */
export class FreezingRelay {
  private readonly sockets = new Set<Socket>();

  private constructor(private readonly server: Server) {}

  static async start(port: number): Promise<FreezingRelay> {
    const relay: FreezingRelay = new FreezingRelay(
      createServer((near) => {
        const far = connect(port, '127.0.0.1');
        near.pipe(far).pipe(near);
        for (const socket of [near, far]) {
          relay.sockets.add(socket);
          socket.on('error', () => socket.destroy()).once('close', () => relay.sockets.delete(socket));
        }
      }),
    );
    await new Promise<void>((resolve) => relay.server.listen(0, '127.0.0.1', resolve));
    return relay;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Connections that are there now carry nothing any more; new ones do. */
  freeze(): void {
    for (const socket of this.sockets) socket.unpipe().pause();
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
