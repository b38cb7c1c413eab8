import type { MigrationInterface, QueryRunner } from 'typeorm';

/** How far the store's order is final, said in one place: the feed, the replay and the look-ups ask the same function. */
export class CreateSettledBelow1700000000300 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(SETTLED_BELOW);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop function settled_below');
  }
}

/**
 * The oldest transaction that may still append here; every event of an older one is visible to the statement that asks.
 * It must stay `stable`: a volatile function sees a later snapshot than the rows beside it, and events would be skipped.
 * A snapshot counts the transactions of every database of the server, so those that a backend of another database is
 * seen to run are left out. Who is not seen counts (one that ended a moment ago, one that is prepared), and so do the
 * caller's own, which its snapshot does not list, and `xmin`, which is all that a standby knows.
 */
const SETTLED_BELOW = `
  create function settled_below() returns xid8 language plpgsql stable as $$
  declare
    seen constant pg_snapshot := pg_current_snapshot();
    oldest xid8;
  begin
    if pg_snapshot_xmin(seen) = pg_snapshot_xmax(seen) then
      return pg_snapshot_xmax(seen);
    end if;
    select o.tx into oldest
    from (
      select pg_snapshot_xip(seen) union all select pg_snapshot_xmin(seen) union all select pg_current_xact_id_if_assigned()
    ) as o (tx)
    where o.tx is not null and not exists (
      select from pg_stat_get_activity(null) as elsewhere
      where elsewhere.backend_xid = o.tx::xid
        and elsewhere.datid <> (select oid from pg_database where datname = current_database())
    )
    order by o.tx limit 1;
    return coalesce(oldest, pg_snapshot_xmax(seen));
  end $$`;
