import type { Hash } from './hash.js';
import { HASH_BYTES } from './hash.js';
import type { TileCoordinate } from './tile.js';
import { hashInTile, TILE_HEIGHT, TILE_WIDTH } from './tile.js';

/** A tile and its hashes, one after the other. */
export interface Tile extends TileCoordinate {
  hashes: Uint8Array;
}

/**
 * Adds leaves to a tree kept in tiles.
 * @param size of the tree before.
 * @param leaves the hashes of the new leaves, in order.
 * @param edge the content of each tile that {@link edgeTiles} names for `size`, in the same order.
 * @returns every tile that is new or longer, lowest level first: write them together.
 */
export function integrate(size: number, leaves: readonly Hash[], edge: readonly Tile[]): Tile[] {
  const changed: Tile[] = [];
  let added = leaves;
  for (let level = 0; added.length > 0; level++) {
    const count = nodesAt(level, size);
    const tiles = extendLevel(level, count, added, edge);
    changed.push(...tiles);
    // A full tile is one node of the next tile level.
    added = tiles.filter(isFull).map((tile) => summit(tile.hashes));
  }
  return changed;
}

/** The tiles at the right edge of a tree of this size that are not full: what has to be read before adding leaves. */
export function edgeTiles(size: number): TileCoordinate[] {
  const tiles: TileCoordinate[] = [];
  for (let level = 0; nodesAt(level, size) > 0; level++) {
    const count = nodesAt(level, size);
    if (count % TILE_WIDTH > 0) tiles.push({ level, index: Math.floor(count / TILE_WIDTH) });
  }
  return tiles;
}

/** How many nodes a tile level holds. */
function nodesAt(level: number, size: number): number {
  return Math.floor(size / 2 ** (level * TILE_HEIGHT));
}

function extendLevel(level: number, count: number, added: readonly Hash[], edge: readonly Tile[]): Tile[] {
  const tiles: Tile[] = [];
  for (let done = 0; done < added.length; ) {
    const index = Math.floor((count + done) / TILE_WIDTH);
    const kept = (count + done) % TILE_WIDTH;
    const part = added.slice(done, done + TILE_WIDTH - kept);
    const before = kept > 0 ? contentOf(edge, { level, index }, kept) : new Uint8Array();
    tiles.push({ level, index, hashes: Buffer.concat([before, ...part]) });
    done += part.length;
  }
  return tiles;
}

function contentOf(edge: readonly Tile[], at: TileCoordinate, width: number): Uint8Array {
  const tile = edge.find(({ level, index }) => level === at.level && index === at.index);
  if (tile?.hashes.length !== width * HASH_BYTES)
    throw new RangeError(`edge tile ${at.level}/${at.index} must have ${width} hashes`);
  return tile.hashes;
}

const isFull = (tile: Tile): boolean => tile.hashes.length === TILE_WIDTH * HASH_BYTES;

/** The node above a full tile. */
function summit(hashes: Uint8Array): Hash {
  return hashInTile({ level: 0, index: 0, from: 0, count: TILE_WIDTH }, hashes);
}
