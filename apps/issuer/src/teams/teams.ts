import type { TeamList, TeamMemberList, TeamView } from '@gatehouse/contracts';
import { CommandHandler, type EventMetadata, JoiningDataSource } from '@gatehouse/event-store';
import { Inject, Injectable } from '@nestjs/common';
import { holdPerson } from '../people/users/hold-person.js';
import { OutgoingEvents } from '../relay/outgoing-events.js';
import { type Asker, type Reach, TeamReach, reachParameter } from './reach.js';
import { type Team, type TeamCommand, teamDecider } from './team.decider.js';
import { teamInUse, teamMissing, teamNotFound } from './team.errors.js';
import { type TeamEvent, teamEventOf } from './team.events.js';
import { projectTeams } from './team.projection.js';

interface Row {
  id: string;
  tenant: string;
  name: string;
  description: string;
  created_at: Date;
  created_by: string;
}

interface MemberRow {
  team_id: string;
  user_id: string;
  since: Date;
  added_by: string;
}

interface Page {
  cursor?: string;
  limit: number;
}

/** The teams of all tenants: what changes them, and who is in them now. */
@Injectable()
export class Teams {
  private readonly handler: CommandHandler<TeamCommand, TeamEvent, Team>;

  constructor(
    @Inject(JoiningDataSource) private readonly dataSource: JoiningDataSource,
    @Inject(OutgoingEvents) private readonly outgoing: OutgoingEvents,
    @Inject(TeamReach) private readonly reach: TeamReach,
  ) {
    this.handler = new CommandHandler(dataSource, teamDecider, teamEventOf, projectTeams);
  }

  /** @throws DomainError as the decider does; `not-found` for somebody of another tenant; `team-in-use`. */
  async handle(tenant: string, command: TeamCommand, metadata: EventMetadata): Promise<void> {
    const { added } = await this.dataSource.asOne(async () => {
      if (command.kind === 'add-member') await holdPerson(this.dataSource, tenant, command.userId);
      if (command.kind === 'delete') await this.refuseInUse(tenant, command.teamId);
      return this.handler.handle({ id: command.teamId, tenant }, command, metadata);
    });
    if (added.length > 0) this.outgoing.wake();
  }

  /** Takes somebody who is being erased out of all her teams, in the transaction that erases her. */
  async forget(tenant: string, userId: string, metadata: EventMetadata): Promise<void> {
    const rows = await this.dataSource.query<{ team_id: string }[]>(
      'select team_id from team_member where tenant = $1 and user_id = $2 order by team_id',
      [tenant, userId],
    );
    for (const { team_id: teamId } of rows)
      await this.handle(tenant, { kind: 'remove-member', teamId, userId, reason: 'erased' }, metadata);
  }

  /**
   * Keeps a team from being deleted until the transaction that calls this ends.
   * @param field of the body that names it.
   * @throws DomainError `body-invalid` for one that is not there for the asker.
   */
  async hold(asker: Asker, teamId: string, field: string): Promise<void> {
    const reach = await this.reach.of(asker);
    const rows = await this.dataSource.query<unknown[]>(
      'select from team where tenant = $1 and id = $2 for key share',
      [asker.tenant, teamId],
    );
    if (rows.length === 0 || !isIn(reach, teamId)) throw teamMissing(field);
  }

  /** @throws DomainError `not-found`, also for another tenant's, and for one beyond the reach. */
  async get(tenant: string, reach: Reach, id: string): Promise<TeamView> {
    const [row] = await this.dataSource.query<Row[]>('select * from team where tenant = $1 and id = $2', [
      tenant,
      id,
    ]);
    if (!row || !isIn(reach, id)) throw teamNotFound(id);
    return viewOf(row);
  }

  /** One page of those within the reach, oldest first; `cursor` is the last id of the page before. */
  async list(tenant: string, reach: Reach, { cursor = '', limit }: Page): Promise<TeamList> {
    const rows = await this.dataSource.query<Row[]>(
      `select * from team where tenant = $1 and id > $2 and ($3::text[] is null or id = any($3))
       order by id limit $4`,
      [tenant, cursor, reachParameter(reach), limit + 1],
    );
    const items = rows.slice(0, limit).map(viewOf);
    return { items, nextCursor: rows.length > limit ? (items.at(-1)?.id ?? null) : null };
  }

  /** One page of who is in a team, by user id. @throws as {@link get}. */
  async members(
    tenant: string,
    reach: Reach,
    id: string,
    { cursor = '', limit }: Page,
  ): Promise<TeamMemberList> {
    await this.get(tenant, reach, id);
    const rows = await this.dataSource.query<MemberRow[]>(
      `select team_id, user_id, since, added_by from team_member
       where tenant = $1 and team_id = $2 and user_id > $3 order by user_id limit $4`,
      [tenant, id, cursor, limit + 1],
    );
    const items = rows.slice(0, limit).map((row) => ({
      teamId: row.team_id,
      userId: row.user_id,
      since: row.since.toISOString(),
      addedBy: row.added_by,
    }));
    return { items, nextCursor: rows.length > limit ? (items.at(-1)?.userId ?? null) : null };
  }

  /** Whoever gives something to the team waits for this, and finds no team then. */
  private async refuseInUse(tenant: string, teamId: string): Promise<void> {
    await this.dataSource.query('select from team where tenant = $1 and id = $2 for update', [
      tenant,
      teamId,
    ]);
    const [row] = await this.dataSource.query<{ used: boolean }[]>(
      `select exists (select from application where tenant = $1 and terms->>'teamId' = $2)
         or exists (select from service_account where tenant = $1 and owner = $2) as used`,
      [tenant, teamId],
    );
    if (row!.used) throw teamInUse();
  }
}

const isIn = (reach: Reach, teamId: string): boolean => reach === 'all' || reach.includes(teamId);

const viewOf = ({ id, tenant, name, description, created_at, created_by }: Row): TeamView => ({
  id,
  tenant,
  name,
  description,
  createdAt: created_at.toISOString(),
  createdBy: created_by,
});
