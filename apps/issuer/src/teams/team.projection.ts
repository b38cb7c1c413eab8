import type { Project, StoredEvent } from '@gatehouse/event-store';
import type { EntityManager } from 'typeorm';
import { teamEventOf } from './team.events.js';

/** Keeps `team` and `team_member` true, in the transaction that appends the events. */
export const projectTeams: Project = async (manager, events) => {
  for (const stored of events) await apply(manager, stored);
};

async function apply(manager: EntityManager, stored: StoredEvent): Promise<void> {
  const { type, data } = teamEventOf(stored);
  const id = data.teamId;
  switch (type) {
    case 'team.created.v1':
      await manager.query(
        'insert into team (id, tenant, name, description, created_at, created_by) values ($1, $2, $3, $4, $5, $6)',
        [id, stored.tenant, data.name, data.description, stored.at, stored.metadata.actor],
      );
      return;
    case 'team.updated.v1':
      await manager.query(
        'update team set name = coalesce($2, name), description = coalesce($3, description) where id = $1',
        [id, data.changes.name ?? null, data.changes.description ?? null],
      );
      return;
    case 'team.deleted.v1':
      await manager.query('delete from team_member where team_id = $1', [id]);
      await manager.query('delete from team where id = $1', [id]);
      return;
    case 'team.member-added.v1':
      await manager.query(
        'insert into team_member (tenant, team_id, user_id, since, added_by) values ($1, $2, $3, $4, $5)',
        [stored.tenant, id, data.userId, stored.at, stored.metadata.actor],
      );
      return;
    case 'team.member-removed.v1':
      await manager.query('delete from team_member where team_id = $1 and user_id = $2', [id, data.userId]);
  }
}
