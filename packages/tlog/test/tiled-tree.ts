import { edgeTiles, hashInTile, integrate, tileOf } from '../src/index.js';
import type { Hash, Node, TileCoordinate } from '../src/index.js';

/** A log's tiles in memory, grown by whatever batches the test chooses. */
export class TiledTree {
  size = 0;
  readonly tiles = new Map<string, Uint8Array>();
  private readonly nodes = new Map<string, Hash>();

  append(leaves: readonly Hash[]): void {
    const edge = edgeTiles(this.size).map((at) => ({ ...at, hashes: this.tile(at) }));
    for (const tile of integrate(this.size, leaves, edge)) this.tiles.set(keyOf(tile), tile.hashes);
    this.size += leaves.length;
  }

  read = (nodes: readonly Node[]): Promise<Hash[]> => Promise.resolve(nodes.map((node) => this.hashOf(node)));

  /** A node's hash never changes once it is there, and the tests ask for each a thousand times. */
  private hashOf(node: Node): Hash {
    const key = keyOf(node);
    const known = this.nodes.get(key);
    if (known) return known;
    const part = tileOf(node);
    const hash = hashInTile(part, this.tile(part));
    this.nodes.set(key, hash);
    return hash;
  }

  private tile(at: TileCoordinate): Uint8Array {
    const hashes = this.tiles.get(keyOf(at));
    if (!hashes) throw new Error(`no tile ${keyOf(at)}`);
    return hashes;
  }
}

const keyOf = ({ level, index }: TileCoordinate): string => `${level}/${index}`;
