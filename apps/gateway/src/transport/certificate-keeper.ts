import type { Logger } from '@gatehouse/service';
import { Certificates } from './certificates.js';
import type { TlsSpec } from './listener-spec.js';

/** What {@link CertificateKeeper} needs. */
export interface CertificateKeeperOptions {
  readonly listener: string;
  readonly spec: TlsSpec;
  /** What relative paths are relative to. */
  readonly folder: string;
  readonly logger: Pick<Logger, 'info' | 'error'>;
}

/** The certificates in force. A renewal replaces them at once; files that do not fit together change nothing. */
export class CertificateKeeper {
  private rejection: string | undefined;

  private constructor(
    private readonly options: CertificateKeeperOptions,
    private certificates: Certificates,
  ) {}

  /** @throws Error when a file is missing or broken: a listener does not start without certificates. */
  static async load(options: CertificateKeeperOptions): Promise<CertificateKeeper> {
    return new CertificateKeeper(options, await Certificates.load(options.spec, options.folder));
  }

  get current(): Certificates {
    return this.certificates;
  }

  /** Why the latest files were refused; undefined: they are in force. */
  get rejected(): string | undefined {
    return this.rejection;
  }

  /** @returns whether other certificates are in force now. */
  async reload(): Promise<boolean> {
    const { spec, folder, listener, logger } = this.options;
    try {
      const loaded = await Certificates.load(spec, folder);
      this.rejection = undefined;
      if (loaded.isSameAs(this.certificates)) return false;
      this.certificates = loaded;
      const expire = loaded.all.map(({ file, expiresAt }) => ({ file, expiresAt }));
      logger.info({ listener, expire }, 'certificates reloaded');
      return true;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      if (reason !== this.rejection)
        logger.error({ listener, rejected: reason }, 'certificates refused, the old ones stay');
      this.rejection = reason;
      return false;
    }
  }
}
