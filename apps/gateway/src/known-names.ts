import { RecentMap } from './recent-map.js';

const KEPT = 2_048;
/** Longer ones nobody sends twice, but somebody could send many. */
const MAX_CHARACTERS = 256;

/** What is found out about a name once, because the same few come again and again: of headers, of hosts. */
export class KnownNames<Found extends string | number> {
  private readonly known = new RecentMap<string, Found>(KEPT);

  /** @param find finds it out; for the same name always the same. */
  constructor(private readonly find: (name: string) => Found) {}

  of(name: string): Found {
    const known = this.known.get(name);
    if (known !== undefined) return known;
    const found = this.find(name);
    if (name.length <= MAX_CHARACTERS) this.known.set(name, found);
    return found;
  }
}
