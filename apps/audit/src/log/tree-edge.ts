import type { Tile } from '@gatehouse/tlog';
import { edgeTiles } from '@gatehouse/tlog';
import type { EntityManager } from 'typeorm';
import { TileStore } from './tile-store.js';

/**
 * The tiles at the right edge of the tree, which every append needs: remembered from the one before, unless somebody
 * else has appended since.
 */
export class TreeEdge {
  private known: { size: number; tiles: readonly Tile[] } | undefined;

  /** Those of the tree of this size, in the order of `edgeTiles`. */
  async at(size: number, manager: EntityManager): Promise<readonly Tile[]> {
    if (this.known?.size === size) return this.known.tiles;
    return new TileStore(manager).read(edgeTiles(size));
  }

  /**
   * An append has been committed.
   * @param size of the tree now.
   * @param tiles those it changed, and those of the edge before.
   */
  moved(size: number, tiles: readonly Tile[]): void {
    const edge = edgeTiles(size).map((at) =>
      tiles.find(({ level, index }) => level === at.level && index === at.index),
    );
    const whole = edge.filter((tile) => tile !== undefined);
    this.known = whole.length === edge.length ? { size, tiles: whole } : undefined;
  }
}
