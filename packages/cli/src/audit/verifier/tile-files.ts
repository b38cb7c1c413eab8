import { Flaw } from './flaw.js';

const HASH_BYTES = 32;
/** C2SP tlog-tiles: hashes in a full tile, entries in a full bundle. */
export const TILE_WIDTH = 256;

/** Reads a file of a mirror by its path; nothing where there is none. */
export type MirrorReader = (path: string) => Promise<Buffer | undefined>;

/** The files of a mirror, as C2SP tlog-tiles lays them out. */
export class TileFiles {
  constructor(private readonly read: MirrorReader) {}

  /** @throws Flaw when there is none. */
  async checkpoint(): Promise<string> {
    const note = await this.read('checkpoint');
    if (!note) throw new Flaw('the mirror has no checkpoint');
    return note.toString();
  }

  /** The first `width` entries of a bundle. */
  async bundle(index: number, width: number): Promise<Buffer[]> {
    const first = index * TILE_WIDTH;
    const bytes = await this.#content('entries', index, width);
    if (!bytes) throw new Flaw('its bundle is missing', { entry: first });
    const entries: Buffer[] = [];
    for (let at = 0; entries.length < width; ) {
      const end = at + 2 + (at + 2 <= bytes.length ? bytes.readUInt16BE(at) : Infinity);
      if (end > bytes.length) throw new Flaw('its bundle is cut', { entry: first + entries.length });
      entries.push(bytes.subarray(at + 2, end));
      at = end;
    }
    return entries;
  }

  /** The hash of a leaf, as its tile has it. */
  async leafHash(index: number, size: number): Promise<Buffer> {
    const tile = Math.floor(index / TILE_WIDTH);
    const from = (index % TILE_WIDTH) * HASH_BYTES;
    const bytes = await this.#content('0', tile, Math.min(TILE_WIDTH, size - tile * TILE_WIDTH));
    return bytes?.subarray(from, from + HASH_BYTES) ?? Buffer.alloc(0);
  }

  /** @throws Flaw when a tile does not hold these hashes, naming the entry where it is one's. */
  async compare(level: number, index: number, hashes: readonly Buffer[]): Promise<void> {
    const bytes = await this.#content(String(level), index, hashes.length);
    if (!bytes) throw new Flaw(`tile ${level}/${index} is missing`);
    const wrong = hashes.findIndex(
      (hash, i) => !hash.equals(bytes.subarray(i * HASH_BYTES, (i + 1) * HASH_BYTES)),
    );
    if (wrong < 0) return;
    if (level > 0) throw new Flaw(`tile ${level}/${index} does not hold the hashes of what is below it`);
    const entry = index * TILE_WIDTH + wrong;
    throw new Flaw(`the entry is not what tile 0/${index} holds the hash of`, { entry });
  }

  /** A partial tile may be gone once it is full: then the full one holds what it held. */
  async #content(level: string, index: number, width: number): Promise<Buffer | undefined> {
    const path = `tile/${level}/${groupsOf(index)}`;
    const partial = width < TILE_WIDTH ? await this.read(`${path}.p/${width}`) : undefined;
    return partial ?? this.read(path);
  }
}

/** N in groups of three digits, all but the last marked `x`. */
function groupsOf(index: number): string {
  const digits = String(index);
  const groups = digits.padStart(Math.ceil(digits.length / 3) * 3, '0').match(/\d{3}/g)!;
  return groups.map((group, i) => (i < groups.length - 1 ? `x${group}` : group)).join('/');
}
