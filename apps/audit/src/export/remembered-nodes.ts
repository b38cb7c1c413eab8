import type { Hash, Node, NodeReader, TileCoordinate } from '@gatehouse/tlog';
import { hashInTile, tileOf } from '@gatehouse/tlog';
import type { EntityManager } from 'typeorm';
import { TileStore } from '../log/tile-store.js';

const MOST_TILES = 256;

/** Reads the nodes of one proof after the other; neighbours need the same tiles, so the last few are remembered. */
export function rememberedNodes(manager: EntityManager): NodeReader {
  const tiles = new TileStore(manager);
  const known = new Map<string, Hash>();
  return async (nodes: readonly Node[]): Promise<Hash[]> => {
    const parts = nodes.map(tileOf);
    const unknown = parts.filter((part) => !known.has(keyOf(part)));
    if (known.size + unknown.length > MOST_TILES) known.clear();
    const missing = parts.filter((part) => !known.has(keyOf(part)));
    for (const tile of await tiles.read(missing)) known.set(keyOf(tile), tile.hashes);
    return parts.map((part) => hashInTile(part, known.get(keyOf(part)) ?? new Uint8Array()));
  };
}

const keyOf = ({ level, index }: TileCoordinate): string => `${level}/${index}`;
