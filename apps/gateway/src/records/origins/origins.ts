import { RecentMap } from '../../recent-map.js';
import { AutonomousSystems } from './autonomous-systems.js';
import { Countries } from './countries.js';

const REMEMBERED = 50_000;

/** Where an address belongs. */
export interface Origin {
  /** ISO 3166-1 alpha-2; empty: not known. */
  readonly country: string;
  /** Of the autonomous system that announces it (RFC 6793); 0: not known. */
  readonly asn: number;
}

/** Where addresses belong, by tables that ship with the gateway. */
export class Origins {
  private readonly known = new RecentMap<string, Origin>(REMEMBERED);

  private constructor(
    private readonly countries: Countries,
    private readonly systems: AutonomousSystems,
  ) {}

  static async load(): Promise<Origins> {
    return new Origins(await Countries.load(), await AutonomousSystems.load());
  }

  of(address: string): Origin {
    const known = this.known.get(address);
    if (known !== undefined) return known;
    const origin = { country: this.countries.of(address), asn: this.systems.of(address) };
    this.known.set(address, origin);
    return origin;
  }
}
