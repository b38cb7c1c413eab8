import type { MigrationInterface, QueryRunner } from 'typeorm';

/** How far each sink is, and what it refused. Not the log: these rows change. */
export class CreateSinks1700000003000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table sinks (
        name text primary key,
        position bigint not null check (position >= 0),
        epoch bigint not null default 0,
        paused boolean not null default false,
        last_error text,
        last_error_at timestamptz,
        delivered_at timestamptz
      );
      create table sink_dead_letters (
        sink text not null references sinks (name),
        index bigint not null,
        ordered_by text not null,
        reason text not null,
        retrying boolean not null default false,
        at timestamptz not null default clock_timestamp(),
        primary key (sink, index)
      );
      create index sink_dead_letters_in_order on sink_dead_letters (sink, ordered_by, index);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table sink_dead_letters, sinks');
  }
}
