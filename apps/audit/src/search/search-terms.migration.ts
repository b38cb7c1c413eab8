import type { MigrationInterface, QueryRunner } from 'typeorm';
import { expireBodies } from '../retention/create-retention.migration.js';
import { SEGMENT } from './segment.js';

/**
 * Words are found by their numbers, not by a `tsvector`, which costs several times as much to make and to index; and what
 * is found lies in segments, each of which can be filled first and indexed then. What was findable is made so again from
 * the leaves.
 */
export class SearchTerms1700000013000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('drop table search; truncate search_blocks');
    await runner.query(TABLES);
    await runner.query(INDEXES);
    await runner.query(SEGMENTS);
    await runner.query(expireBodies(FORGOTTEN));
  }

  down(): Promise<void> {
    return Promise.reject(
      new Error('the older search cannot be had back by itself: restore the database from a backup'),
    );
  }
}

/** In `words` stands what the log says of an entry whatever becomes of its body, then `|`, then what the body says. */
const TABLES = `
  create table search (
    index bigint primary key,
    at timestamptz not null,
    type text not null,
    tenant text not null,
    actor text not null,
    token text,
    application text,
    person text,
    address inet,
    outcome text not null,
    words text not null,
    terms int[] not null
  ) partition by range (index);
  create table search_filling (like search);
`;

/** Each B-tree ends with the index, so that a page is read in the order it is shown and ends when it is full. */
const INDEXES = `
  create index search_tenant on search (tenant, index);
  create index search_tenant_type on search (tenant, type, index);
  create index search_type on search (type, index);
  create index search_actor on search (actor, index);
  create index search_token on search (token, index) where token is not null;
  create index search_application on search (application, index) where application is not null;
  create index search_person on search (person, index) where person is not null;
  create index search_address on search (address, index) where address is not null;
  create index search_outcome on search (outcome, index) where outcome <> 'success';
  create index search_tenant_outcome on search (tenant, outcome, index) where outcome <> 'success';
  create index search_terms on search using gin (terms);
`;

/**
 * The writer may not change tables, so the two changes it needs are functions. A segment in which anything is found is
 * never dropped. Attaching makes the indexes: of many rows at once, for a fraction of what they cost row by row.
 */
const SEGMENTS = `
  create function grant_filling() returns void language plpgsql set search_path = audit, pg_temp as $$
    begin
      if exists (select from pg_roles where rolname = 'gatehouse_audit_writer') then
        grant select, insert on search_filling to gatehouse_audit_writer;
      end if;
    end $$;

  create function begin_search_segment(segment bigint) returns void
    language plpgsql security definer set search_path = audit, pg_temp as $$
    declare
      found boolean;
    begin
      if to_regclass(format('search_%s', segment)) is not null then
        execute format('select exists (select from search_%s)', segment) into found;
        if found then raise exception 'segment % of the search is in use', segment; end if;
        execute format('drop table search_%s', segment);
      end if;
      drop table search_filling;
      create table search_filling (like search);
      perform grant_filling();
    end $$;

  create function end_search_segment(segment bigint) returns void
    language plpgsql security definer set search_path = audit, pg_temp set max_parallel_maintenance_workers = 0 as $$
    begin
      execute format('alter table search_filling rename to search_%s', segment);
      execute format('alter table search attach partition search_%s for values from (%s) to (%s)',
        segment, segment * ${SEGMENT}, (segment + 1) * ${SEGMENT});
      create table search_filling (like search);
      perform grant_filling();
      execute format('analyze search_%s', segment);
    end $$;

  revoke execute on function grant_filling, begin_search_segment, end_search_segment from public;
`;

/** Terms are in the order in which their words come first, so those that stay come before all others. */
const FORGOTTEN = `
  address = null,
  words = split_part(words, '|', 1),
  terms = terms[1:(
    select count(distinct word) from regexp_split_to_table(trim(split_part(words, '|', 1)), ' ') as word
  )]`;
