import type { TileAddress } from '@gatehouse/tlog';
import { entryBundle, HASH_BYTES, TILE_WIDTH } from '@gatehouse/tlog';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { TileStore } from '../log/tile-store.js';

/** No event is empty: an entry of no length in a bundle is one whose body has expired. Its hash is in the tile of level 0. */
const EXPIRED = '';

/** The log as C2SP tlog-tiles lays it out: hash tiles, and bundles of the entries below them. */
@Injectable()
export class LogTiles {
  constructor(@Inject(DataSource) private readonly dataSource: DataSource) {}

  /**
   * A tile or bundle. A tile never changes; in a bundle, bodies can expire.
   * @throws TlogError `entry-too-large` when an entry fits into no bundle.
   */
  content({ level, index, width }: TileAddress): Promise<Uint8Array> {
    return level === 'entries' ? this.bundle(index, width) : this.tile(level, index, width);
  }

  /** The bundles among the leaves of a range in which a body has expired. */
  async bundlesWithExpired(from: number, to: number): Promise<number[]> {
    const rows = await this.dataSource.query<{ bundle: string }[]>(
      `select distinct index / ${TILE_WIDTH} as bundle from leaves
       where index >= $1 and index < $2 and canonical is null order by 1`,
      [from, to],
    );
    return rows.map(({ bundle }) => Number(bundle));
  }

  private async tile(level: number, index: number, width: number): Promise<Uint8Array> {
    const [tile] = await new TileStore(this.dataSource.manager).read([{ level, index }]);
    return (tile?.hashes ?? new Uint8Array()).subarray(0, width * HASH_BYTES);
  }

  private async bundle(index: number, width: number): Promise<Uint8Array> {
    const from = index * TILE_WIDTH;
    const rows = await this.dataSource.query<{ canonical: string | null }[]>(
      'select canonical from leaves where index >= $1 and index < $2 order by index',
      [from, from + width],
    );
    return entryBundle(rows.map(({ canonical }) => canonical ?? EXPIRED));
  }
}
