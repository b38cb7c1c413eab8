import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { SEGMENT } from './segment.js';

/** Where rows are written: where they are found at once, or into a segment that is indexed when it is filled. */
export type SearchTable = 'search' | 'search_filling';

/** Fewer leaves than these are made findable one by one. */
const WORTH_FILLING = 4_096;

/**
 * The tables that the rows lie in, a segment each. A row that is indexed by itself costs several times as much as among
 * many, so a segment that has far to go is filled first and indexed then. What was filled and never indexed is forgotten.
 */
@Injectable()
export class SearchSegments {
  private filling: { segment: number; next: number } | undefined;

  constructor(@Inject(DataSource) private readonly dataSource: DataSource) {}

  /**
   * Where the next row goes, and which that is.
   * @param size how many leaves can be found.
   * @param leaves how many there are, more than that.
   */
  async placeOf(size: number, leaves: number): Promise<{ table: SearchTable; from: number }> {
    const segment = size / SEGMENT;
    // Somebody emptied the search, or it was another instance that went on.
    if (this.filling?.segment !== segment) this.filling = undefined;
    if (this.filling) return { table: 'search_filling', from: this.filling.next };
    if (!Number.isInteger(segment)) return { table: 'search', from: size };
    if (leaves - size < WORTH_FILLING) {
      if (await this.exists(segment)) return { table: 'search', from: size };
      await this.begin(segment);
      await this.end(segment);
      return { table: 'search', from: size };
    }
    await this.begin(segment);
    this.filling = { segment, next: size };
    return { table: 'search_filling', from: size };
  }

  /**
   * All rows below `to` were written. Indexes the segment once it is full, or there are no more leaves.
   * @returns whether they can be found.
   */
  async added(to: number, leaves: number): Promise<boolean> {
    if (!this.filling) return true;
    this.filling.next = to;
    if (to < leaves && to % SEGMENT !== 0) return false;
    const { segment } = this.filling;
    this.filling = undefined;
    await this.end(segment);
    return true;
  }

  private async exists(segment: number): Promise<boolean> {
    const [row] = await this.dataSource.query<{ exists: boolean }[]>(
      'select to_regclass($1) is not null as exists',
      [`search_${segment}`],
    );
    return row!.exists;
  }

  private async begin(segment: number): Promise<void> {
    await this.dataSource.query('select begin_search_segment($1)', [segment]);
  }

  /** Takes as long as it takes to index a segment: half a minute on a slow machine. Nobody waits for it. */
  private async end(segment: number): Promise<void> {
    await this.dataSource.transaction(async (manager) => {
      await manager.query('set local statement_timeout = 0');
      await manager.query('select end_search_segment($1)', [segment]);
    });
  }
}
