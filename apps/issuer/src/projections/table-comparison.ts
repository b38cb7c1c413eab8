import type { ComparedTable } from '@gatehouse/contracts';
import type { EntityManager } from 'typeorm';
import { SCHEMA } from '../database.js';
import { COPY_SCHEMA } from './copies.js';
import type { ReadModelTable } from './read-models.js';

interface Column {
  name: string;
  key: boolean;
}

const COLUMNS = `
  select quote_ident(a.attname) as name, a.attnum = any(k.conkey) as key
  from pg_attribute a join pg_constraint k on k.conrelid = a.attrelid and k.contype = 'p'
  where a.attrelid = $1::regclass and a.attnum > 0 and not a.attisdropped and a.attname <> all($2)
  order by a.attnum`;

/** A live table beside the one its events give. */
export class TableComparison {
  private readonly live: string;

  constructor(
    private readonly manager: EntityManager,
    private readonly table: ReadModelTable,
  ) {
    this.live = `${SCHEMA}.${table.name}`;
  }

  /** Row counts, checksums that do not depend on the rows' order, and how many rows of either side the other lacks. */
  async compare(): Promise<ComparedTable> {
    const { live, rebuilt, key } = await this.sides();
    const [row] = await this.manager.query<Record<'rows' | 'live' | 'rebuilt' | 'differing', string>[]>(
      `select (select count(*) from (${live}) l) as rows, ${checksumOf(live)} as live, ${checksumOf(rebuilt)} as rebuilt,
         (select count(*) from (select distinct ${key} from (
           (${live} except ${rebuilt}) union all (${rebuilt} except ${live})
         ) as odd) as keys) as differing`,
    );
    const { rows, differing, ...checksums } = row!;
    return { table: this.table.name, rows: Number(rows), differing: Number(differing), checksums };
  }

  /** Removes what no event accounts for. */
  async dropUnaccounted(): Promise<void> {
    const { live, rebuilt, key } = await this.sides();
    await this.manager.query(
      `delete from ${this.live} where (${key}) in (select ${key} from (${live} except ${rebuilt}) as odd)
         and (${key}) not in (select ${key} from (${rebuilt}) as accounted)`,
    );
  }

  /** Makes the live table say what the rebuilt one does, by its differing rows alone. */
  async takeOver(): Promise<void> {
    const { live, rebuilt, key, columns } = await this.sides();
    const names = columns.map(({ name }) => name).join(', ');
    const assignments = columns
      .filter((column) => !column.key)
      .map(({ name }) => `${name} = excluded.${name}`);
    await this.manager.query(
      `insert into ${this.live} (${names}) select ${names} from (${rebuilt} except ${live}) as odd
       on conflict (${key}) do update set ${assignments.join(', ')}`,
    );
  }

  /** Both as queries of what is to be equal. */
  private async sides() {
    const { name, apart = [], lasting = 'true' } = this.table;
    const columns = await this.manager.query<Column[]>(COLUMNS, [this.live, apart]);
    const names = columns.map((column) => column.name).join(', ');
    const of = (schema: string) => `select ${names} from ${schema}.${name} where ${lasting}`;
    const key = columns.filter((column) => column.key).map((column) => column.name);
    return { live: of(SCHEMA), rebuilt: of(COPY_SCHEMA), key: key.join(', '), columns };
  }
}

const checksumOf = (rows: string): string =>
  `(select coalesce(sum(hashtextextended(t::text, 0)::numeric), 0)::text from (${rows}) t)`;
