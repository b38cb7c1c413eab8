import type { Hash, Node, NodeReader, Tile, TileCoordinate } from '@gatehouse/tlog';
import { HASH_BYTES, hashInTile, TILE_WIDTH, tileOf } from '@gatehouse/tlog';
import type { EntityManager } from 'typeorm';

interface TileRow {
  level: number;
  index: string;
  hashes: Buffer;
}

/** The tree's tiles, read and written through one connection or transaction. */
export class TileStore {
  constructor(private readonly manager: EntityManager) {}

  /** Reads each tile once, however many nodes come from it. */
  readonly readNodes: NodeReader = async (nodes: readonly Node[]): Promise<Hash[]> => {
    const parts = nodes.map(tileOf);
    const tiles = new Map((await this.read(parts)).map((tile) => [keyOf(tile), tile.hashes]));
    return parts.map((part) => hashInTile(part, tiles.get(keyOf(part)) ?? new Uint8Array()));
  };

  /** Those of the tiles that exist, with the hashes they have so far; a tile asked for twice is read once. */
  async read(coordinates: readonly TileCoordinate[]): Promise<Tile[]> {
    const asked = new Map(coordinates.map((at) => [keyOf(at), at]));
    const full = await this.readFull([...asked.values()]);
    for (const tile of full) asked.delete(keyOf(tile));
    return [...full, ...(await this.readPartial([...asked.values()]))];
  }

  /** Keeps those of an append's tiles that are full; the others follow from what is below them. */
  async write(tiles: readonly Tile[]): Promise<void> {
    const full = tiles.filter(({ hashes }) => hashes.length === TILE_WIDTH * HASH_BYTES);
    if (full.length === 0) return;
    await this.manager.query(
      `insert into tiles (level, index, hashes, summit)
       select * from unnest($1::smallint[], $2::bigint[], $3::bytea[], $4::bytea[])`,
      [
        full.map(({ level }) => level),
        full.map(({ index }) => index),
        full.map(({ hashes }) => Buffer.from(hashes)),
        full.map((tile) => summitOf(tile, tiles)),
      ],
    );
  }

  private readFull(coordinates: readonly TileCoordinate[]): Promise<Tile[]> {
    return this.select(
      `select level, index, hashes from tiles
       where (level, index) in (select * from unnest($1::smallint[], $2::bigint[]))`,
      coordinates,
    );
  }

  /** Tiles at the right edge are made of the leaves, or of the summits of the full tiles one level below. */
  private readPartial(coordinates: readonly TileCoordinate[]): Promise<Tile[]> {
    return this.select(
      `select asked.level, asked.index, below.hashes
       from unnest($1::smallint[], $2::bigint[]) as asked (level, index)
       cross join lateral (
         select string_agg(hash, ''::bytea order by at) as hashes from (
           select leaf_hash as hash, index as at from leaves
           where asked.level = 0 and index >= asked.index * ${TILE_WIDTH} and index < (asked.index + 1) * ${TILE_WIDTH}
           union all
           select summit, index from tiles
           where level = asked.level - 1 and index >= asked.index * ${TILE_WIDTH} and index < (asked.index + 1) * ${TILE_WIDTH}
         ) as parts
       ) as below
       where below.hashes is not null`,
      coordinates,
    );
  }

  private async select(statement: string, coordinates: readonly TileCoordinate[]): Promise<Tile[]> {
    if (coordinates.length === 0) return [];
    const rows = await this.manager.query<TileRow[]>(statement, [
      coordinates.map(({ level }) => level),
      coordinates.map(({ index }) => index),
    ]);
    return rows.map(({ level, index, hashes }) => ({ level, index: Number(index), hashes }));
  }
}

/** The node above a full tile: an append that fills a tile also changes the one above. */
function summitOf({ level, index }: Tile, tiles: readonly Tile[]): Buffer {
  const above = { level: level + 1, index: Math.floor(index / TILE_WIDTH) };
  const tile = tiles.find((candidate) => keyOf(candidate) === keyOf(above));
  const from = (index % TILE_WIDTH) * HASH_BYTES;
  return Buffer.from(tile!.hashes.subarray(from, from + HASH_BYTES));
}

const keyOf = ({ level, index }: TileCoordinate): string => `${level}/${index}`;
