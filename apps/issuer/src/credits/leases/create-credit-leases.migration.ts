import { LEASE_RETURNED_SECONDS } from '@gatehouse/contracts';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { SPEND_CREDITS } from '../create-credits.migration.js';

/** Into how many parts what is left is thought to be cut; one of them is lent ahead of need. */
const SHARES = 10;

/** What gateways hold of credits: taken from the balance when it is given, so that nobody can spend it twice. */
export class CreateCreditLeases1700000000300 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    // A lease is of credits, which are the account without a name, and ends with them.
    await runner.query(`
      create table credit_lease (
        id text primary key,
        holder text not null,
        account text not null default '' check (account = ''),
        version int not null,
        gateway text not null,
        turn bigint not null default 0,
        granted bigint not null default 0,
        spent bigint not null default 0 check (spent between 0 and granted),
        begun_at timestamptz not null,
        expires_at timestamptz not null,
        returned_at timestamptz,
        foreign key (holder, account) references credit_account (holder, name) on delete cascade
      ) with (fillfactor = 50)`);
    await runner.query('create index credit_lease_by_holder on credit_lease (holder)');
    await runner.query('drop function spend_credits');
    for (const part of [LEASED_CREDITS, SETTLE_ACCOUNTS, SPEND_SETTLED_CREDITS, GRANT_LEASE, LEASE_CREDITS])
      await runner.query(part);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const name of ['lease_credits', 'grant_lease', 'spend_credits', 'settle_accounts', 'leased_credits'])
      await runner.query(`drop function ${name}`);
    await runner.query(SPEND_CREDITS);
    await runner.query('drop table credit_lease');
  }
}

/** What gateways have in hand of an account, as far as they have said. */
const LEASED_CREDITS = `
  create function leased_credits(c credit_account) returns bigint language sql stable as $$
    select coalesce(sum(l.granted - l.spent), 0)::bigint from credit_lease l
    where l.holder = c.holder and l.account = c.name and l.version = c.version and l.returned_at is null
  $$`;

/**
 * For accounts that are held: gives back what is left of leases whose time is over, then makes the refills that are due. A
 * lease of credits that were set anew since is void. One that was returned is remembered for a while, in case its gateway
 * says after all what it had spent.
 */
const SETTLE_ACCOUNTS = `
  create function settle_accounts(holders text[], here timestamptz) returns void language plpgsql as $$
  begin
    if exists (select from credit_lease l where l.holder = any(holders)) then
      delete from credit_lease l using credit_account c
        where l.holder = any(holders) and c.holder = l.holder and c.name = ''
          and (l.version <> c.version or l.returned_at < here - interval '1 hour');
      with over as (
        update credit_lease l set returned_at = here
          where l.holder = any(holders) and l.returned_at is null and l.expires_at <= here
          returning l.holder, l.granted - l.spent as unspent
      ), back as (select holder, sum(unspent) as unspent from over group by holder)
      update credit_account c set remaining = c.remaining + back.unspent
        from back where c.holder = back.holder and c.name = '';
    end if;
    update credit_account c
      set remaining = greatest(c.remaining, (c.refill->>'amount')::bigint - leased_credits(c)),
          refills_at = next_refill(c.refill, here)
      where c.holder = any(holders) and c.refills_at <= here;
  end $$`;

/** As before, with accounts that are settled first. */
const SPEND_SETTLED_CREDITS = `
  create function spend_credits(holders text[], price bigint, times int, out granted int, out accounts jsonb)
  language plpgsql as $$
  begin
    granted := times;
    accounts := '[]';
    perform from credit_account c where c.holder = any(holders) order by c.holder, c.name for update;
    if not found then return; end if;
    perform settle_accounts(holders, clock_timestamp());
    if price > 0 then
      select least(times, min(c.remaining / price)) into granted from credit_account c where c.holder = any(holders);
      update credit_account c set remaining = c.remaining - granted * price
        where c.holder = any(holders) and granted > 0;
    end if;
    select jsonb_agg(jsonb_build_object(
        'holder', c.holder, 'name', c.name, 'remaining', c.remaining, 'refillsAt', c.refills_at))
      into accounts from credit_account c where c.holder = any(holders);
  end $$`;

/**
 * Brings one lease up to date. Beyond what is needed at once it gets a part of what is left, so that the parts become small
 * as it runs out and no gateway keeps the last of it from the others.
 */
const GRANT_LEASE = `
  create function grant_lease(whose text, ask jsonb, here timestamptz) returns jsonb language plpgsql as $$
  declare
    account credit_account;
    lease credit_lease;
    told bigint := (ask->>'spent')::bigint;
    wanted bigint := (ask->>'want')::bigint;
    ends boolean := coalesce((ask->>'ends')::boolean, false);
    in_hand bigint;
    more bigint;
  begin
    select * into account from credit_account where holder = ask->>'holder' and name = '';
    if not found then return '{"status": "uncounted"}'; end if;
    select * into lease from credit_lease where id = ask->>'id' and holder = account.holder and gateway = whose;
    if lease.id is null and (told > 0 or ends) then return '{"status": "ended"}'; end if;
    if lease.returned_at is not null then
      update credit_account c set remaining = greatest(0, c.remaining - greatest(0, least(told, lease.granted) - lease.spent))
        where c.holder = account.holder and c.name = '';
      delete from credit_lease where id = lease.id;
      return '{"status": "ended"}';
    end if;
    if lease.id is null then
      insert into credit_lease (id, holder, version, gateway, begun_at, expires_at)
        values (ask->>'id', account.holder, account.version, whose, here, here) returning * into lease;
    end if;
    if (ask->>'turn')::bigint > lease.turn then
      in_hand := lease.granted - least(told, lease.granted);
      more := case
        when ends then -in_hand
        when in_hand > wanted then wanted - in_hand
        else least(account.remaining, greatest((ask->>'need')::bigint - in_hand, least(wanted - in_hand, account.remaining / ${SHARES})))
      end;
      update credit_account c set remaining = c.remaining - more where c.holder = account.holder and c.name = ''
        returning * into account;
      update credit_lease l
        set turn = (ask->>'turn')::bigint, spent = least(told, lease.granted), granted = lease.granted + more,
            expires_at = here + interval '${LEASE_RETURNED_SECONDS} seconds'
        where l.id = lease.id returning * into lease;
    end if;
    if ends then
      delete from credit_lease where id = lease.id;
      return '{"status": "ended"}';
    end if;
    return jsonb_build_object(
      'status', 'held', 'granted', lease.granted, 'remaining', account.remaining, 'refillsAt', account.refills_at,
      'elsewhere', leased_credits(account) - (lease.granted - lease.spent));
  end $$`;

/** Accounts are locked all at once and in the order in which verifications lock them. */
const LEASE_CREDITS = `
  create function lease_credits(whose text, asks jsonb) returns jsonb language plpgsql as $$
  declare
    holders text[] := array(select a->>'holder' from jsonb_array_elements(asks) a);
    here timestamptz;
    answers jsonb := '[]';
    ask jsonb;
  begin
    perform from credit_account c where c.holder = any(holders) order by c.holder, c.name for update;
    here := clock_timestamp();
    perform settle_accounts(holders, here);
    for ask in select a from jsonb_array_elements(asks) with ordinality e (a, n) order by n loop
      answers := answers || jsonb_build_array(grant_lease(whose, ask, here));
    end loop;
    return answers;
  end $$`;
