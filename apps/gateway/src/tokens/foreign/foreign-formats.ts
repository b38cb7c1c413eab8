import type { ForeignTokensSpec } from './foreign-spec.js';

const ALPHABETS: Readonly<Record<ForeignTokensSpec['characters'], string>> = {
  hex: '0-9a-fA-F',
  alphanumeric: '0-9A-Za-z',
  base64url: '0-9A-Za-z_-',
  base64: '0-9A-Za-z+/=',
};

/** How keys of another system are written. They have no checksum: whatever is written so is asked about. */
export class ForeignFormat {
  readonly tenant: string;
  readonly isPresented: boolean;
  private readonly shape: RegExp;

  constructor({ tenant, presented, prefix, characters, minLength, maxLength }: ForeignTokensSpec) {
    this.tenant = tenant;
    this.isPresented = presented;
    const [least, most] = [minLength - prefix.length, maxLength - prefix.length];
    this.shape = new RegExp(
      `^${prefix.replaceAll(/[.~-]/g, '\\$&')}[${ALPHABETS[characters]}]{${least},${most}}$`,
    );
  }

  fits(token: string): boolean {
    return this.shape.test(token);
  }
}

/** The formats a gateway takes beside Gatehouse's own; with none of them, none. */
export class ForeignFormats {
  private readonly formats: readonly ForeignFormat[];

  constructor(specs: readonly ForeignTokensSpec[]) {
    this.formats = specs.map((spec) => new ForeignFormat(spec));
  }

  /** The first that fits. */
  formatOf(token: string): ForeignFormat | undefined {
    return this.formats.find((format) => format.fits(token));
  }

  /** Whether it is still taken. */
  has(format: ForeignFormat): boolean {
    return this.formats.includes(format);
  }
}
