import type { Hash } from '@gatehouse/tlog';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { EntityManager } from 'typeorm';
import { SplitView } from './split-view.js';

/** A checkpoint that was signed, and may therefore be known to others. */
export interface StoredCheckpoint {
  size: number;
  root: Hash;
  /** C2SP signed note; as read, with the witnesses’ cosignatures so far. */
  note: string;
}

/** A cosignature may be added at the end of a note (C2SP signed-note). */
const COSIGNED_NOTE = `note || coalesce(
  (select string_agg(line, '' order by witness) from cosignatures where cosignatures.size = checkpoints.size), '') as note`;

/** Every checkpoint ever signed: one root for each size. */
@Injectable()
export class CheckpointStore {
  constructor(@Inject(DataSource) private readonly dataSource: DataSource) {}

  /** The one of the largest tree. */
  async latest(manager: EntityManager = this.dataSource.manager): Promise<StoredCheckpoint | undefined> {
    const [row] = await manager.query<{ size: string; root: Buffer; note: string }[]>(
      `select size, root, ${COSIGNED_NOTE} from checkpoints order by size desc, signed_at desc limit 1`,
    );
    return row && { size: Number(row.size), root: row.root, note: row.note };
  }

  /** How many leaves the latest covers; 0 before there is one. */
  async latestSize(): Promise<number> {
    const [row] = await this.dataSource.query<{ size: string }[]>(
      'select coalesce(max(size), 0) as size from checkpoints',
    );
    return Number(row!.size);
  }

  /** The note of the largest tree that at least so many witnesses have cosigned. */
  async witnessed(least: number): Promise<string | undefined> {
    const [row] = await this.dataSource.query<{ note: string }[]>(
      `select ${COSIGNED_NOTE} from checkpoints where size = (
         select size from cosignatures group by size having count(*) >= $1 order by size desc limit 1
       ) order by signed_at desc limit 1`,
      [least],
    );
    return row?.note;
  }

  /** The notes of all that were signed for sizes from `from` to `to`, smallest first. */
  async notesBetween(from: number, to: number): Promise<{ size: number; note: string }[]> {
    const rows = await this.dataSource.query<{ size: string; note: string }[]>(
      `select size, ${COSIGNED_NOTE} from checkpoints where size between $1 and $2 order by size, signed_at`,
      [from, to],
    );
    return rows.map(({ size, note }) => ({ size: Number(size), note }));
  }

  /**
   * Keeps a checkpoint, which may be shown once this returns. Signed again by the same key, it is kept once.
   * @throws SplitView when its size was signed with another root.
   */
  async save({ size, root, note, keyId }: StoredCheckpoint & { keyId: string }): Promise<void> {
    const [other] = await this.dataSource.query<unknown[]>(
      'select from checkpoints where size = $1 and root <> $2',
      [size, Buffer.from(root)],
    );
    if (other) throw new SplitView(`size ${size} was signed with another root`);
    // A trigger refuses a second root as well, should another instance sign at this very moment.
    await this.dataSource.query(
      'insert into checkpoints (size, key_id, root, note) values ($1, $2, $3, $4) on conflict do nothing',
      [size, keyId, Buffer.from(root), note],
    );
  }
}
