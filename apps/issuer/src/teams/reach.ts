import type { DomainError } from '@gatehouse/kernel';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { GrantedBy } from '../permissions/grantable.js';

/** Of which teams somebody sees what is theirs. What is no team's, everybody sees who may see its kind. */
export type Reach = 'all' | readonly string[];

/** Who asks, as far as that decides what is there for him. */
export interface Asker {
  readonly tenant: string;
  readonly scopes: readonly string[];
  readonly actor: string;
}

/** Who stands behind a command. */
export const askerOf = (tenant: string, grantedBy: GrantedBy, actor: string): Asker => ({
  tenant,
  scopes: grantedBy === 'system' ? ['teams:read'] : grantedBy,
  actor,
});

/** Teams of $2 in tenant $1, by what kind of actor it is. Asked anew each time: who leaves a team has left it. */
const TEAMS_OF: Readonly<Record<string, string>> = {
  user: `
    select m.team_id from team_member m join person p on p.id = m.user_id and p.disabled_at is null
    where m.tenant = $1 and m.user_id = $2`,
  application: `
    select terms->>'teamId' as team_id from application
    where tenant = $1 and id = $2 and terms->>'teamId' is not null`,
  'service-account': `
    select owner as team_id from service_account where tenant = $1 and id = $2 and owner like 'team\\_%'`,
  // A token acts for its service account, or for the person who made it; made by another token, for nobody.
  token: `
    select s.owner as team_id from token_summary t join service_account s on s.id = t.service_account_id
    where t.tenant = $1 and t.id = $2 and s.owner like 'team\\_%'
    union
    select m.team_id from token_summary t join team_member m on m.tenant = t.tenant and 'user:' || m.user_id = t.created_by
    join person p on p.id = m.user_id and p.disabled_at is null
    where t.tenant = $1 and t.id = $2 and t.service_account_id is null`,
};

/**
 * SQL that is true of the ids within a reach.
 * @param id the column.
 * @param parameter what {@link reachParameter} gives.
 */
export const isWithinReach = (id: string, parameter: string): string =>
  `(${parameter}::text[] is null or not exists (
     select from team_thing thing where thing.id = ${id} and thing.team_id <> all(${parameter}::text[])))`;

/** For {@link isWithinReach}. */
export const reachParameter = (reach: Reach): readonly string[] | null => (reach === 'all' ? null : reach);

/** Who sees and manages what belongs to teams (F84). */
@Injectable()
export class TeamReach {
  constructor(@Inject(DataSource) private readonly dataSource: DataSource) {}

  /** The teams somebody is in; all of them with `teams:read`. */
  async of({ tenant, scopes, actor }: Asker): Promise<Reach> {
    if (scopes.includes('teams:read')) return 'all';
    const [, kind = '', id = ''] = /^([a-z-]+):(.+)$/.exec(actor) ?? [];
    const teams = Object.hasOwn(TEAMS_OF, kind) ? TEAMS_OF[kind] : undefined;
    if (teams === undefined) return [];
    const rows = await this.dataSource.query<{ team_id: string }[]>(teams, [tenant, id]);
    return rows.map((row) => row.team_id);
  }

  /** @throws what `notFound` makes for the first thing that is a team's the asker is not in. What is not there passes. */
  async refuseBeyond(
    asker: Asker,
    ids: readonly string[],
    notFound: (id: string) => DomainError,
  ): Promise<void> {
    if (ids.length === 0 || asker.scopes.includes('teams:read')) return;
    const things = await this.dataSource.query<{ id: string; team_id: string }[]>(
      'select id, team_id from team_thing where tenant = $1 and id = any($2)',
      [asker.tenant, ids],
    );
    if (things.length === 0) return;
    const reach = await this.of(asker);
    const beyond = things.find(({ team_id }) => reach !== 'all' && !reach.includes(team_id));
    if (beyond) throw notFound(beyond.id);
  }
}
