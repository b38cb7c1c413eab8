import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';

/** One witness's cosignature of a checkpoint. */
export interface StoredCosignature {
  size: number;
  /** Name and key id. */
  witness: string;
  /** As it stands under the checkpoint, with its newline. */
  line: string;
  at: Date;
}

/** Every cosignature ever had: the first of each witness for each size. */
@Injectable()
export class CosignatureStore {
  constructor(@Inject(DataSource) private readonly dataSource: DataSource) {}

  async save({ size, witness, line, at }: StoredCosignature): Promise<void> {
    await this.dataSource.query(
      'insert into cosignatures (size, witness, line, cosigned_at) values ($1, $2, $3, $4) on conflict do nothing',
      [size, witness, line, at],
    );
  }

  /** The one of the largest tree. */
  async latestOf(witness: string): Promise<{ size: number; at: Date } | undefined> {
    const [row] = await this.dataSource.query<{ size: string; cosigned_at: Date }[]>(
      'select size, cosigned_at from cosignatures where witness = $1 order by size desc limit 1',
      [witness],
    );
    return row && { size: Number(row.size), at: row.cosigned_at };
  }
}
