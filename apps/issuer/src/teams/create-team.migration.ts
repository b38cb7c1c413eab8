import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The read model of teams, and what belongs to which. */
export class CreateTeam1700000000270 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table team (
        id text primary key,
        tenant text not null,
        name text not null,
        description text not null,
        created_at timestamptz not null,
        created_by text not null
      )`);
    await runner.query('create index team_by_tenant on team (tenant, id)');
    await runner.query(`
      create table team_member (
        tenant text not null,
        team_id text not null,
        user_id text not null,
        since timestamptz not null,
        added_by text not null,
        primary key (team_id, user_id)
      )`);
    await runner.query('create index team_member_by_user on team_member (user_id)');
    await runner.query(
      `create index application_by_team on application ((terms->>'teamId')) where terms->>'teamId' is not null`,
    );
    await runner.query(TEAM_THING);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop view team_thing');
    await runner.query('drop index application_by_team');
    await runner.query('drop table team_member');
    await runner.query('drop table team');
  }
}

/** What belongs to a team: its applications and service accounts, and what was issued or is trusted for those. */
const TEAM_THING = `
  create view team_thing (id, tenant, team_id) as
    select id, tenant, terms->>'teamId' from application where terms->>'teamId' is not null
    union all
    select id, tenant, owner from service_account where owner like 'team\\_%'
    union all
    select t.id, t.tenant, a.terms->>'teamId' from token_summary t
    join application a on a.id = t.application_id and a.tenant = t.tenant where a.terms->>'teamId' is not null
    union all
    select t.id, t.tenant, s.owner from token_summary t
    join service_account s on s.id = t.service_account_id and s.tenant = t.tenant where s.owner like 'team\\_%'
    union all
    select t.id, t.tenant, a.terms->>'teamId' from access_token t
    join application a on a.id = t.application_id where a.terms->>'teamId' is not null
    union all
    select t.id, t.tenant, a.terms->>'teamId' from trusted_issuer t
    join application a on a.id = t.application_id where a.terms->>'teamId' is not null`;
