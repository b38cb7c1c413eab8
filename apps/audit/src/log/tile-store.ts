import type { Hash, Node, NodeReader, Tile, TileCoordinate } from '@gatehouse/tlog';
import { hashInTile, tileOf } from '@gatehouse/tlog';
import type { EntityManager } from 'typeorm';

interface TileRow {
  level: number;
  index: string;
  hashes: Buffer;
}

/** The tree's tiles, read and written through one connection or transaction. */
export class TileStore {
  constructor(private readonly manager: EntityManager) {}

  /** Reads each tile once, however many nodes come from it; all in one statement. */
  readonly readNodes: NodeReader = async (nodes: readonly Node[]): Promise<Hash[]> => {
    const parts = nodes.map(tileOf);
    const tiles = new Map((await this.read(parts)).map((tile) => [keyOf(tile), tile.hashes]));
    return parts.map((part) => hashInTile(part, tiles.get(keyOf(part)) ?? new Uint8Array()));
  };

  /** Those of the tiles that exist; a tile asked for twice is read once. */
  async read(coordinates: readonly TileCoordinate[]): Promise<Tile[]> {
    if (coordinates.length === 0) return [];
    const rows = await this.manager.query<TileRow[]>(
      `select level, index, hashes from tiles
       where (level, index) in (select * from unnest($1::smallint[], $2::bigint[]))`,
      [coordinates.map(({ level }) => level), coordinates.map(({ index }) => index)],
    );
    return rows.map(({ level, index, hashes }) => ({ level, index: Number(index), hashes }));
  }

  /** Adds tiles, and lengthens those at the right edge. */
  async write(tiles: readonly Tile[]): Promise<void> {
    await this.manager.query(
      `insert into tiles (level, index, hashes)
       select * from unnest($1::smallint[], $2::bigint[], $3::bytea[])
       on conflict (level, index) do update set hashes = excluded.hashes`,
      [
        tiles.map(({ level }) => level),
        tiles.map(({ index }) => index),
        tiles.map(({ hashes }) => Buffer.from(hashes)),
      ],
    );
  }
}

const keyOf = ({ level, index }: TileCoordinate): string => `${level}/${index}`;
