import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What is left to spend, and the one way to spend it. Spending is no event: these rows are its only truth. */
export class CreateCredits1700000000240 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    // Room on each page, so that a row that changes all the time stays on its own.
    await runner.query(`
      create table credit_account (
        holder text not null,
        name text not null,
        tenant text not null,
        version int not null,
        remaining bigint not null check (remaining >= 0),
        refill jsonb,
        refills_at timestamptz,
        primary key (holder, name)
      ) with (fillfactor = 50)`);
    for (const part of [NEXT_REFILL, DECIDE_ACCOUNT, SPEND_CREDITS, PROJECT_NEW_TOKEN])
      await runner.query(part);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const name of ['project_new_token', 'spend_credits', 'decide_account', 'next_refill'])
      await runner.query(`drop function ${name}`);
    await runner.query('drop table credit_account');
  }
}

/** The first instant after `since` at which a refill is due: midnight UTC, in a short month of its last day; or the end of a window. */
const NEXT_REFILL = `
  create function next_refill(refill jsonb, since timestamptz) returns timestamptz language sql stable as $$
    select case refill->>'every'
      when 'window' then to_timestamp((floor(extract(epoch from since) / (refill->>'seconds')::int) + 1) * (refill->>'seconds')::int)
      when 'day' then (date_trunc('day', since at time zone 'UTC') + interval '1 day') at time zone 'UTC'
      when 'month' then (
        select min(day.due)
        from generate_series(0, 1) ahead,
          lateral (select date_trunc('month', since at time zone 'UTC') + make_interval(months => ahead) as first) month,
          lateral (
            select least(
              month.first + make_interval(days => coalesce((refill->>'onDay')::int, 1) - 1),
              month.first + interval '1 month' - interval '1 day'
            ) at time zone 'UTC' as due
          ) day
        where day.due > since
      )
    end
  $$`;

/** A limit whose terms stay as they were keeps its count. Once for each decision: told again, as when read models are rebuilt, it gives nobody back what he has spent. */
const DECIDE_ACCOUNT = `
  create function decide_account(
    whose text, account text, of_tenant text, decision int, amount bigint, refilled jsonb, since timestamptz
  ) returns void language sql as $$
    insert into credit_account as c (holder, name, tenant, version, remaining, refill, refills_at)
    values (whose, account, of_tenant, decision, amount, refilled, next_refill(refilled, since))
    on conflict (holder, name) do update
      set version = excluded.version, remaining = excluded.remaining,
          refill = excluded.refill, refills_at = excluded.refills_at
      where c.version < excluded.version and (c.name = '' or c.refill is distinct from excluded.refill)
  $$`;

/**
 * Spends a price up to so many times, from every account of the holders or from none. Refills that are due are made first, by
 * the clock as it is once the rows are held: whoever waited for them sees what the other has refilled.
 */
export const SPEND_CREDITS = `
  create function spend_credits(holders text[], price bigint, times int, out granted int, out accounts jsonb)
  language plpgsql as $$
  declare
    here timestamptz;
  begin
    granted := times;
    accounts := '[]';
    perform from credit_account c where c.holder = any(holders) order by c.holder, c.name for update;
    if not found then return; end if;
    here := clock_timestamp();
    update credit_account c
      set remaining = greatest(c.remaining, (c.refill->>'amount')::bigint), refills_at = next_refill(c.refill, here)
      where c.holder = any(holders) and c.refills_at <= here;
    if price > 0 then
      select least(times, min(c.remaining / price)) into granted from credit_account c where c.holder = any(holders);
      update credit_account c set remaining = c.remaining - granted * price
        where c.holder = any(holders) and granted > 0;
    end if;
    select jsonb_agg(jsonb_build_object(
        'holder', c.holder, 'name', c.name, 'remaining', c.remaining, 'refillsAt', c.refills_at))
      into accounts from credit_account c where c.holder = any(holders);
  end $$`;

/** The rows of a token that was just issued, credits among them. */
export const PROJECT_NEW_TOKEN = `
  create function project_new_token(e events) returns void language sql as $$
    select project_issued_token(e);
    select decide_account(
      e.stream_id, '', e.tenant, e.version, (e.data->'credits'->>'remaining')::bigint, e.data->'credits'->'refill', e.at
    ) where e.data ? 'credits';
    update token_summary set identity_id = e.data->>'identityId' where id = e.stream_id and e.data ? 'identityId';
  $$`;
