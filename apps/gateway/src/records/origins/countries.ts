import { createRequire } from 'node:module';
import maxmind, { type CountryResponse, type Reader } from 'maxmind';

const TABLE = '@ip-location-db/geo-whois-asn-country-mmdb/geo-whois-asn-country.mmdb';
const ISO_3166 = /^[A-Z]{2}$/;

/** The table of our source has a flatter row than MaxMind's own. */
interface CountryRow extends CountryResponse {
  readonly country_code?: string;
}

/** Which country an address is registered in. */
export class Countries {
  private constructor(private readonly table: Pick<Reader<CountryRow>, 'get'>) {}

  /** Loads the table into memory (8 MB). */
  static async load(): Promise<Countries> {
    const path = createRequire(import.meta.url).resolve(TABLE);
    return new Countries(await maxmind.open<CountryRow>(path, { cache: { max: 10_000 } }));
  }

  /** ISO 3166-1 alpha-2, or empty where the table does not know the address. */
  of(address: string): string {
    const country = maxmind.validate(address) ? (this.table.get(address)?.country_code ?? '') : '';
    return ISO_3166.test(country) ? country : '';
  }
}
