import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The log's tables. Triggers refuse what must never happen, whoever is at the keyboard; the Merkle tree proves the rest. */
export class CreateLog1700000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(TABLES);
    await runner.query(GUARDS);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table log, leaves, tiles, checkpoints');
    await runner.query('drop function refuse_change, refuse_tile_rewrite, refuse_second_root');
  }
}

const TABLES = `
  create table log (
    only_row boolean primary key default true check (only_row),
    origin text not null,
    size bigint not null default 0 check (size >= 0),
    issuer_position text not null default '0.0'
  );

  create table leaves (
    index bigint primary key check (index >= 0),
    channel text not null check (channel in ('issuer', 'requests')),
    event_id text not null,
    type text not null,
    source text not null,
    subject text not null,
    tenant text not null,
    actor text not null,
    token text,
    at timestamptz not null,
    leaf_hash bytea not null check (length(leaf_hash) = 32),
    canonical text not null,
    unique (event_id, channel)
  );
  create index leaves_of_tenant on leaves (tenant, index);
  create index leaves_of_type on leaves (type, index);
  create index leaves_of_token on leaves (token, index) where token is not null;

  create table tiles (
    level smallint not null check (level between 0 and 7),
    index bigint not null check (index >= 0),
    hashes bytea not null check (length(hashes) between 32 and 8192 and length(hashes) % 32 = 0),
    primary key (level, index)
  );
  alter table tiles alter column hashes set storage external;

  create table checkpoints (
    size bigint primary key check (size >= 0),
    root bytea not null check (length(root) = 32),
    note text not null,
    signed_at timestamptz not null default clock_timestamp()
  );
`;

const GUARDS = `
  create function refuse_change() returns trigger language plpgsql as $$
    begin raise exception 'the log is append-only: % of % refused', tg_op, tg_table_name; end $$;
  create trigger leaves_stay before update or delete on leaves for each row execute function refuse_change();
  create trigger leaves_all_stay before truncate on leaves for each statement execute function refuse_change();
  create trigger tiles_stay before delete on tiles for each row execute function refuse_change();
  create trigger tiles_all_stay before truncate on tiles for each statement execute function refuse_change();
  create trigger checkpoints_stay before delete on checkpoints for each row execute function refuse_change();
  create trigger checkpoints_all_stay before truncate on checkpoints for each statement execute function refuse_change();

  create function refuse_tile_rewrite() returns trigger language plpgsql as $$
    begin
      if substring(new.hashes for length(old.hashes)) <> old.hashes then
        raise exception 'tile %/% can only grow', old.level, old.index;
      end if;
      return new;
    end $$;
  create trigger tiles_grow before update on tiles for each row execute function refuse_tile_rewrite();

  create function refuse_second_root() returns trigger language plpgsql as $$
    begin
      if new.size <> old.size or new.root <> old.root then
        raise exception 'size % has its root already', old.size;
      end if;
      return new;
    end $$;
  create trigger checkpoints_keep_root before update on checkpoints for each row execute function refuse_second_root();
`;
