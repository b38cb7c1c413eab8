import type { Project, StoredEvent } from '@gatehouse/event-store';
import type { EntityManager } from 'typeorm';
import { memberEventOf } from './member.events.js';

/** Keeps `member` true, in the transaction that appends the events. */
export const projectMembers: Project = async (manager, events) => {
  for (const stored of events) await apply(manager, stored);
};

async function apply(manager: EntityManager, stored: StoredEvent): Promise<void> {
  const { type, data } = memberEventOf(stored);
  switch (type) {
    case 'member.added.v1':
    case 'member.role-changed.v1':
      await manager.query(
        `insert into member (tenant, user_id, role, since, given_by) values ($1, $2, $3, $4, $5)
         on conflict (tenant, user_id) do update
         set role = excluded.role, since = excluded.since, given_by = excluded.given_by`,
        [stored.tenant, data.userId, data.role, stored.at, stored.metadata.actor],
      );
      return;
    case 'member.removed.v1':
      await manager.query('delete from member where tenant = $1 and user_id = $2', [
        stored.tenant,
        data.userId,
      ]);
  }
}
