import type { Hash } from './hash.js';
import { HASH_BYTES, nodeHash } from './hash.js';
import type { Node } from './node.js';

/** Levels of the tree in one level of tiles (C2SP tlog-tiles). */
export const TILE_HEIGHT = 8;

/** Hashes in a full tile: 2^8. */
export const TILE_WIDTH = 256;

/**
 * Where a tile is: tile level L holds the nodes of tree level 8·L, 256 to a tile.
 * Its content is their hashes, one after the other; a tile at the tree's right edge has fewer.
 */
export interface TileCoordinate {
  level: number;
  index: number;
}

/** Which tile a node is read from, and the part of the tile that is below the node. */
export interface TilePart extends TileCoordinate {
  /** The first hash under the node, counted within the tile. */
  from: number;
  /** How many: a power of two, at most 128. */
  count: number;
}

/** Finds the one tile that a node's hash follows from. */
export function tileOf(node: Node): TilePart {
  const level = Math.floor(node.level / TILE_HEIGHT);
  const count = 2 ** (node.level % TILE_HEIGHT);
  const first = node.index * count;
  return { level, index: Math.floor(first / TILE_WIDTH), from: first % TILE_WIDTH, count };
}

/**
 * A node's hash, from its tile.
 * @param part of {@link tileOf}.
 * @param hashes the tile's content.
 * @throws RangeError when the tile is too short: the node is beyond the tree it was read for.
 */
export function hashInTile(part: TilePart, hashes: Uint8Array): Hash {
  const { from, count } = part;
  if (hashes.length < (from + count) * HASH_BYTES)
    throw new RangeError(
      `tile ${part.level}/${part.index} has ${hashes.length / HASH_BYTES} hashes, ${from + count} needed`,
    );
  let row = Array.from({ length: count }, (_, i) => hashAt(hashes, from + i));
  while (row.length > 1) row = pairUp(row);
  return row[0]!;
}

function hashAt(hashes: Uint8Array, index: number): Hash {
  return hashes.subarray(index * HASH_BYTES, (index + 1) * HASH_BYTES);
}

function pairUp(row: readonly Hash[]): Hash[] {
  return Array.from({ length: row.length / 2 }, (_, i) => nodeHash(row[2 * i]!, row[2 * i + 1]!));
}
