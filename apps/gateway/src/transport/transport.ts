import type { Logger } from '@gatehouse/service';
import { dirname, resolve } from 'node:path';
import { CertificateKeeper } from './certificate-keeper.js';
import { FolderWatcher } from './folder-watcher.js';
import { Listener, type ListenerHandlers } from './listener.js';
import type { ListenerSpec } from './listener-spec.js';
import { observeCertificates } from './certificate-metrics.js';

/** What {@link Transport} needs. */
export interface TransportOptions {
  readonly listeners: readonly ListenerSpec[];
  /** What relative paths are relative to. */
  readonly folder: string;
  readonly handlers: ListenerHandlers;
  readonly logger: Pick<Logger, 'info' | 'error'>;
}

/** A listener that listens. */
export interface OpenPort {
  readonly name: string;
  readonly port: number;
}

/** All ports of the data plane. */
export class Transport {
  private constructor(
    private readonly listeners: readonly Listener[],
    private readonly watcher: FolderWatcher,
  ) {}

  /** Loads certificates. Nothing listens yet. @throws Error for certificates that cannot be used. */
  static async load({ listeners, folder, handlers, logger }: TransportOptions): Promise<Transport> {
    const keepers = await Promise.all(
      listeners.map(async ({ name, tls }) =>
        tls ? await CertificateKeeper.load({ listener: name, spec: tls, folder, logger }) : undefined,
      ),
    );
    observeCertificates(keepers.filter((keeper) => keeper !== undefined));
    const opened = listeners.map((spec, i) => new Listener(spec, keepers[i], folder, handlers));
    const watcher = new FolderWatcher(foldersOf(listeners, folder), () => void transport.reload(), logger);
    const transport = new Transport(opened, watcher);
    return transport;
  }

  async listen(host: string): Promise<readonly OpenPort[]> {
    const ports: OpenPort[] = [];
    for (const listener of this.listeners)
      ports.push({ name: listener.spec.name, port: await listener.listen(host) });
    return ports;
  }

  get listening(): boolean {
    return this.listeners.every(({ listening }) => listening);
  }

  /** Reads the certificates again. */
  async reload(): Promise<void> {
    await Promise.all(this.listeners.map((listener) => listener.reloadCertificates()));
  }

  /** Finishes what is under way on all ports, within a bound. */
  async drain(withinMs: number): Promise<void> {
    this.watcher.close();
    await Promise.all(this.listeners.map((listener) => listener.drain(withinMs)));
  }
}

function foldersOf(listeners: readonly ListenerSpec[], folder: string): ReadonlySet<string> {
  const files = listeners.flatMap(({ tls }) =>
    tls
      ? [
          ...tls.certificates.flatMap(({ certificate, key }) => [certificate, key]),
          ...(tls.clientCa === undefined ? [] : [tls.clientCa]),
        ]
      : [],
  );
  return new Set(files.map((file) => dirname(resolve(folder, file))));
}
