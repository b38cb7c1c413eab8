import type { Hash } from '@gatehouse/tlog';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { EntityManager } from 'typeorm';
import { SplitView } from './split-view.js';

/** A checkpoint that was signed, and may therefore be known to others. */
export interface StoredCheckpoint {
  size: number;
  root: Hash;
  /** C2SP signed note. */
  note: string;
}

/** Every checkpoint ever signed: one for each size. */
@Injectable()
export class CheckpointStore {
  constructor(@Inject(DataSource) private readonly dataSource: DataSource) {}

  /** The one of the largest tree. */
  async latest(manager: EntityManager = this.dataSource.manager): Promise<StoredCheckpoint | undefined> {
    const [row] = await manager.query<{ size: string; root: Buffer; note: string }[]>(
      'select size, root, note from checkpoints order by size desc limit 1',
    );
    return row && { size: Number(row.size), root: row.root, note: row.note };
  }

  /** The notes of all that were signed for sizes from `from` to `to`, smallest first. */
  async notesBetween(from: number, to: number): Promise<{ size: number; note: string }[]> {
    const rows = await this.dataSource.query<{ size: string; note: string }[]>(
      'select size, note from checkpoints where size between $1 and $2 order by size',
      [from, to],
    );
    return rows.map(({ size, note }) => ({ size: Number(size), note }));
  }

  /**
   * Keeps a checkpoint, which may be shown once this returns.
   * @throws SplitView when its size was signed with another root.
   */
  async save({ size, root, note }: StoredCheckpoint): Promise<void> {
    const saved = await this.dataSource.query<unknown[]>(
      `insert into checkpoints (size, root, note) values ($1, $2, $3)
       on conflict (size) do update set note = excluded.note, signed_at = clock_timestamp()
         where checkpoints.root = excluded.root
       returning size`,
      [size, Buffer.from(root), note],
    );
    if (saved.length === 0) throw new SplitView(`size ${size} was signed with another root`);
  }
}
