import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Nothing in the log is ever updated, so that the writer's role needs no right to: a tile is kept once it is full, with
 * the hash of its summit, of which the tiles above are made; the size is that of the leaves; each position is a row.
 */
export class InsertOnlyLog1700000001000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(POSITIONS);
    await runner.query(TILES);
    await runner.query(CHECKPOINTS);
  }

  down(): Promise<void> {
    return Promise.reject(
      new Error('the older layout cannot be had back: restore the database from a backup'),
    );
  }
}

const POSITIONS = `
  create table issuer_positions (
    nth bigint generated always as identity primary key,
    position text not null,
    logged_at timestamptz not null default clock_timestamp()
  );
  insert into issuer_positions (position) select issuer_position from log where issuer_position <> '0.0';
  alter table log drop column size, drop column issuer_position;
  create trigger log_stays before update or delete on log for each row execute function refuse_change();
  create trigger log_is_not_emptied before truncate on log for each statement execute function refuse_change();
  create trigger issuer_positions_stay before update or delete on issuer_positions for each row
    execute function refuse_change();
  create trigger issuer_positions_all_stay before truncate on issuer_positions for each statement
    execute function refuse_change();
`;

const TILES = `
  drop trigger tiles_grow on tiles;
  drop trigger tiles_stay on tiles;
  drop function refuse_tile_rewrite;
  alter table tiles add column summit bytea;
  update tiles set summit = substring(above.hashes from (tiles.index % 256 * 32 + 1)::int for 32)
    from tiles as above
    where above.level = tiles.level + 1 and above.index = tiles.index / 256 and length(tiles.hashes) = 8192;
  delete from tiles where length(hashes) < 8192;
  alter table tiles alter column summit set not null;
  alter table tiles add constraint tiles_are_full check (length(hashes) = 8192 and length(summit) = 32);
  create trigger tiles_stay before update or delete on tiles for each row execute function refuse_change();
`;

const CHECKPOINTS = `
  drop trigger checkpoints_keep_root on checkpoints;
  drop trigger checkpoints_stay on checkpoints;
  drop function refuse_second_root;
  alter table checkpoints add column key_id text not null default '';
  alter table checkpoints alter column key_id drop default;
  alter table checkpoints drop constraint checkpoints_pkey, add primary key (size, key_id);
  create trigger checkpoints_stay before update or delete on checkpoints for each row execute function refuse_change();

  create function refuse_second_root() returns trigger language plpgsql set search_path from current as $$
    begin
      perform pg_advisory_xact_lock(1195920436);
      if exists (select from checkpoints where size = new.size and root <> new.root) then
        raise exception 'size % has its root already', new.size;
      end if;
      return new;
    end $$;
  create trigger checkpoints_keep_root before insert on checkpoints for each row execute function refuse_second_root();
`;
