import { DomainError } from '@gatehouse/kernel';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';

/** Where a sink is. */
export interface SinkRow {
  /** Index of the next entry it gets. */
  position: number;
  /** Changes when somebody sets the position: whoever read an older one must not move it any more. */
  epoch: number;
  paused: boolean;
  lastError: string | null;
  lastErrorAt: Date | null;
  deliveredAt: Date | null;
}

/** How far each sink is: what it has got, it is not sent again unless somebody asks for it or the process died. */
@Injectable()
export class SinkStore {
  constructor(@Inject(DataSource) private readonly dataSource: DataSource) {}

  /** Makes a sink known the first time; later its position stays. */
  async introduce(name: string, position: number): Promise<void> {
    await this.dataSource.query('insert into sinks (name, position) values ($1, $2) on conflict do nothing', [
      name,
      position,
    ]);
  }

  /** @throws DomainError `not-found`. */
  async read(name: string): Promise<SinkRow> {
    const [row] = await this.dataSource.query<SinkRow[]>(
      `select position::float8 as position, epoch::float8 as epoch, paused, last_error as "lastError",
              last_error_at as "lastErrorAt", delivered_at as "deliveredAt" from sinks where name = $1`,
      [name],
    );
    if (!row) throw new DomainError('not-found', 'not-found', `There is no sink "${name}".`);
    return row;
  }

  /** Moves a sink on; does nothing when somebody has set its position since `epoch` was read. */
  async advance(name: string, epoch: number, position: number): Promise<void> {
    await this.dataSource.query(
      `update sinks set position = $3, delivered_at = clock_timestamp(), last_error = null
       where name = $1 and epoch = $2`,
      [name, epoch, position],
    );
  }

  async failed(name: string, error: string): Promise<void> {
    await this.dataSource.query(
      'update sinks set last_error = $2, last_error_at = clock_timestamp() where name = $1',
      [name, error.slice(0, 500)],
    );
  }

  async setPaused(name: string, paused: boolean): Promise<void> {
    await this.dataSource.query('update sinks set paused = $2 where name = $1', [name, paused]);
  }

  /** Sets where a sink goes on; its dead letters from there on are forgotten, as it gets them again. */
  async setPosition(name: string, position: number): Promise<void> {
    await this.dataSource.transaction(async (manager) => {
      await manager.query('update sinks set position = $2, epoch = epoch + 1 where name = $1', [
        name,
        position,
      ]);
      await manager.query('delete from sink_dead_letters where sink = $1 and index >= $2', [name, position]);
    });
  }
}
