import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Bodies can expire; nothing else of a leaf can, and no body that is not due. */
export class CreateRetention1700000012000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(TABLES);
    await runner.query(RULES);
    await runner.query(EXPIRY);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('bodies that expired cannot be had back: restore a backup'));
  }
}

/**
 * The function that lets the bodies of some leaves expire.
 * @param forgotten what of a row of `search` is set anew, besides its application and person.
 */
export const expireBodies = (forgotten: string): string => `
  create or replace function expire_bodies(
    of_run text, first bigint, past bigint, out expired bigint, out held bigint, out reached bigint
  ) language plpgsql security definer set search_path = audit, pg_temp as $$
    declare
      policy jsonb;
      announced bigint;
      signed bigint;
      searchable bigint;
      due bigint[];
    begin
      if past - first > 4096 then raise exception 'at most 4096 leaves at once'; end if;
      perform pg_advisory_xact_lock(1195920438);
      select index into announced from leaves
        where channel = 'audit' and event_id = of_run and type = 'audit.retention-started.v1';
      if announced is null then raise exception 'no entry says that the run "%" began', of_run; end if;
      select coalesce(max(size), 0) into signed from checkpoints;
      if signed <= announced then raise exception 'no checkpoint covers the entry of the run "%" yet', of_run; end if;
      -- What is still on its way into the search would bring its words along afterwards.
      select coalesce(max(index) + 1, 0) into searchable from search;
      reached := greatest(first, least(past, announced, searchable));
      select rules into policy from retention_policies order by nth desc limit 1;
      select coalesce(array_agg(leaf.index) filter (where not is_held(leaf)), '{}'), count(*) filter (where is_held(leaf))
        into due, held from leaves as leaf
        where leaf.index >= first and leaf.index < reached and is_due(policy, leaf);
      update leaves set canonical = null where index = any (due);
      update search set application = case when leaf.subject like 'app\\_%' then leaf.subject end,
          person = case when leaf.subject like 'usr\\_%' then leaf.subject when leaf.actor like 'user:usr\\_%' then substr(leaf.actor, 6) end,
          ${forgotten}
        from leaves as leaf where search.index = any (due) and leaf.index = search.index;
      expired := cardinality(due);
      update retention_runs set expired = retention_runs.expired + cardinality(due) where run = of_run;
    end $$;`;

/** Policies and holds are only ever added to, like the log; runs say how far they are. */
const TABLES = `
  alter table leaves alter column canonical drop not null;

  create table retention_policies (
    nth bigint generated always as identity primary key,
    rules jsonb not null,
    set_by text not null,
    set_at timestamptz not null default clock_timestamp()
  );

  create table legal_holds (
    id text primary key,
    kind text not null check (kind in ('tenant', 'person', 'token')),
    value text not null check (value <> ''),
    reason text not null,
    placed_by text not null,
    placed_at timestamptz not null default clock_timestamp()
  );

  create table legal_hold_lifts (
    hold text primary key references legal_holds,
    reason text not null,
    lifted_by text not null,
    lifted_at timestamptz not null default clock_timestamp()
  );

  create table retention_runs (
    run text primary key,
    through bigint not null check (through >= 0),
    done bigint not null default 0,
    expired bigint not null default 0,
    held bigint not null default 0,
    started_at timestamptz not null default clock_timestamp(),
    ended_at timestamptz
  );

  create trigger retention_policies_stay before update or delete or truncate on retention_policies
    for each statement execute function refuse_change();
  create trigger legal_holds_stay before update or delete or truncate on legal_holds
    for each statement execute function refuse_change();
  create trigger legal_hold_lifts_stay before update or delete or truncate on legal_hold_lifts
    for each statement execute function refuse_change();
`;

/**
 * The rule that names most of an entry wins; without one, and where it says null, the body is kept for ever. A person
 * or token is held wherever its id stands in an entry. What audit decided itself and what the gateways counted never expires.
 */
const RULES = `
  create function keep_days(rules jsonb, of_tenant text, of_type text) returns int language sql immutable as $$
    select rule."keepDays" from jsonb_to_recordset(rules) as rule (tenant text, type text, "keepDays" int)
    where coalesce(rule.tenant, of_tenant) = of_tenant and coalesce(rule.type, of_type) = of_type
    order by rule.tenant is null, rule.type is null limit 1
  $$;

  create function is_due(rules jsonb, leaf leaves) returns boolean language sql stable as $$
    select leaf.canonical is not null and leaf.channel = 'issuer'
      and coalesce(leaf.at < now() - make_interval(days => keep_days(rules, leaf.tenant, leaf.type)), false)
  $$;

  create function is_held(leaf leaves) returns boolean language sql stable as $$
    select exists (
      select from legal_holds as hold
      where not exists (select from legal_hold_lifts where legal_hold_lifts.hold = hold.id)
        and case hold.kind
          when 'tenant' then hold.value = leaf.tenant
          else strpos(leaf.canonical, hold.value) > 0
        end
    )
  $$;
`;

/**
 * Whoever may call \`expire_bodies\` needs no other right. That nothing else of a leaf changes, and no held body goes, is
 * refused by the table itself, whoever asks. A hold waits for the batch under way, and the next
 * batch sees it.
 */
const EXPIRY = `
  create function refuse_all_but_expiry() returns trigger language plpgsql set search_path = audit, pg_temp as $$
    declare
      policy jsonb;
      expected leaves;
    begin
      select rules into policy from retention_policies order by nth desc limit 1;
      expected := old;
      expected.canonical := null;
      if policy is null or new is distinct from expected or not is_due(policy, old) or is_held(old) then
        raise exception 'the log is append-only: % of % refused', tg_op, tg_table_name;
      end if;
      return new;
    end $$;
  drop trigger leaves_stay on leaves;
  create trigger leaves_stay before delete on leaves for each row execute function refuse_change();
  create trigger leaves_only_expire before update on leaves for each row execute function refuse_all_but_expiry();

  create function wait_for_expiry() returns trigger language plpgsql as $$
    begin
      perform pg_advisory_xact_lock(1195920438);
      return new;
    end $$;
  create trigger legal_holds_wait before insert on legal_holds for each row execute function wait_for_expiry();
  create trigger retention_policies_wait before insert on retention_policies for each row execute function wait_for_expiry();

  ${expireBodies(`address = null, words = to_tsvector('simple', concat_ws(' ', leaf.type, leaf.subject, leaf.actor))`)}
  revoke execute on function expire_bodies from public;
`;
