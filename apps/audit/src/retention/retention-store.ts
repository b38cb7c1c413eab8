import type { RetentionForecast, RetentionRule, RetentionRun, RetentionView } from '@gatehouse/contracts';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { EntityManager } from 'typeorm';
import { sizeOf } from '../log/log-size.js';
import type { Expired } from './expirer.js';

const CHUNK = 20_000;
const MOST_GROUPS = 1_000;

interface PolicyRow {
  rules: RetentionRule[];
  set_by: string;
  set_at: Date;
}

interface RunRow extends Record<'through' | 'done' | 'expired' | 'held', string> {
  run: string;
  started_at: Date;
  ended_at: Date | null;
}

type Due = RetentionForecast['due'][number];

/** The policy in force, and how far its runs are. */
@Injectable()
export class RetentionStore {
  constructor(@Inject(DataSource) private readonly dataSource: DataSource) {}

  /** The policy in force and the last run. */
  async view(): Promise<RetentionView> {
    const [policy] = await this.dataSource.query<PolicyRow[]>(
      'select rules, set_by, set_at from retention_policies order by nth desc limit 1',
    );
    return {
      rules: policy?.rules ?? [],
      setAt: policy?.set_at.toISOString() ?? null,
      setBy: policy?.set_by ?? null,
      lastRun: (await this.lastRun()) ?? null,
    };
  }

  /** Bodies whose time would be over by these rules; in pieces, each well within the time a statement may take. */
  async due(rules: readonly RetentionRule[]): Promise<Due[]> {
    const groups = new Map<string, Due>();
    const size = rules.length === 0 ? 0 : await sizeOf(this.dataSource.manager);
    for (let from = 0; from < size; from += CHUNK) {
      const rows = await this.dataSource.query<Due[]>(
        `select tenant, type, (count(*) filter (where not is_held(leaf)))::int as entries,
                (count(*) filter (where is_held(leaf)))::int as held
         from leaves as leaf where index >= $2 and index < $3 and is_due($1::jsonb, leaf) group by tenant, type`,
        [JSON.stringify(rules), from, from + CHUNK],
      );
      for (const row of rows) {
        const key = `${row.tenant} ${row.type}`;
        const { entries, held } = groups.get(key) ?? { entries: 0, held: 0 };
        groups.set(key, { ...row, entries: entries + row.entries, held: held + row.held });
      }
    }
    return [...groups.values()].toSorted((a, b) => b.entries - a.entries).slice(0, MOST_GROUPS);
  }

  async set(manager: EntityManager, rules: readonly RetentionRule[], actor: string): Promise<void> {
    await manager.query('insert into retention_policies (rules, set_by) values ($1, $2)', [
      JSON.stringify(rules),
      actor,
    ]);
  }

  /** The one under way, or the last that ended. */
  async lastRun(): Promise<RetentionRun | undefined> {
    const [row] = await this.dataSource.query<RunRow[]>(
      'select * from retention_runs order by ended_at is not null, started_at desc limit 1',
    );
    return row && runOf(row);
  }

  /** Of the entry that says so, in its transaction. */
  async begin(manager: EntityManager, run: string): Promise<void> {
    await manager.query(
      `insert into retention_runs (run, through)
       select event_id, index from leaves where event_id = $1 and channel = 'audit'`,
      [run],
    );
  }

  /** A batch is done, wherever its leaves were mirrored to as well. How many expired was counted where they did. */
  async advance(run: string, from: number, { held, reached }: Expired): Promise<void> {
    await this.dataSource.query(
      'update retention_runs set done = $3, held = held + $4 where run = $1 and done = $2',
      [run, from, reached, held],
    );
  }

  async end(manager: EntityManager, run: string): Promise<void> {
    await manager.query('update retention_runs set ended_at = clock_timestamp() where run = $1', [run]);
  }
}

const runOf = ({ run, started_at, ended_at, ...counts }: RunRow): RetentionRun => ({
  run,
  startedAt: started_at.toISOString(),
  endedAt: ended_at?.toISOString() ?? null,
  through: Number(counts.through),
  done: Number(counts.done),
  expired: Number(counts.expired),
  held: Number(counts.held),
});
