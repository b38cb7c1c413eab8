import type { TileAddress } from '@gatehouse/tlog';
import { entryBundle, HASH_BYTES, TILE_WIDTH } from '@gatehouse/tlog';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { TileStore } from '../log/tile-store.js';

/** The log as C2SP tlog-tiles lays it out: hash tiles, and bundles of the entries below them. */
@Injectable()
export class LogTiles {
  constructor(@Inject(DataSource) private readonly dataSource: DataSource) {}

  /**
   * A tile or bundle; it never changes.
   * @throws TlogError `entry-too-large` when an entry fits into no bundle.
   */
  content({ level, index, width }: TileAddress): Promise<Uint8Array> {
    return level === 'entries' ? this.bundle(index, width) : this.tile(level, index, width);
  }

  private async tile(level: number, index: number, width: number): Promise<Uint8Array> {
    const [tile] = await new TileStore(this.dataSource.manager).read([{ level, index }]);
    return (tile?.hashes ?? new Uint8Array()).subarray(0, width * HASH_BYTES);
  }

  private async bundle(index: number, width: number): Promise<Uint8Array> {
    const from = index * TILE_WIDTH;
    const rows = await this.dataSource.query<{ canonical: string }[]>(
      'select canonical from leaves where index >= $1 and index < $2 order by index',
      [from, from + width],
    );
    return entryBundle(rows.map(({ canonical }) => canonical));
  }
}
