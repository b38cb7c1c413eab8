import { TILE_HEIGHT, TILE_WIDTH } from './tile.js';
import type { TileCoordinate } from './tile.js';

/** How many hashes a tile has in the tree of this size; 0 when it is beyond. */
export function widthOf({ level, index }: TileCoordinate, size: number): number {
  const nodes = Math.floor(size / 2 ** (level * TILE_HEIGHT));
  return Math.min(Math.max(nodes - index * TILE_WIDTH, 0), TILE_WIDTH);
}

/**
 * Every tile of the larger tree that the smaller does not have, or has with fewer hashes; lowest level first.
 * @param from size of the smaller tree.
 * @param to size of the larger.
 */
export function* tilesOf(from: number, to: number): Generator<TileCoordinate, void> {
  for (let level = 0; widthOf({ level, index: 0 }, to) > 0; level++) {
    const before = Math.floor(from / 2 ** (level * TILE_HEIGHT));
    for (let index = Math.floor(before / TILE_WIDTH); widthOf({ level, index }, to) > 0; index++)
      if (widthOf({ level, index }, to) > widthOf({ level, index }, from)) yield { level, index };
  }
}
