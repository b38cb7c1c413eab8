import type { Project, StoredEvent } from '@gatehouse/event-store';
import type { EntityManager } from 'typeorm';
import { type TenantEvent, tenantEventOf } from './tenant.events.js';

/** Keeps `tenant` true, in the transaction that appends the events. */
export const projectTenants: Project = async (manager, events) => {
  for (const stored of events) await apply(manager, stored, tenantEventOf(stored));
};

function apply(manager: EntityManager, stored: StoredEvent, event: TenantEvent): Promise<unknown> {
  const id = event.data.tenantId;
  switch (event.type) {
    case 'tenant.created.v1':
      return manager.query(
        'insert into tenant (id, name, policy, created_at, created_by) values ($1, $2, $3, $4, $5)',
        [id, event.data.name, event.data.policy, stored.at, stored.metadata.actor],
      );
    case 'tenant.updated.v1':
      return manager.query(
        'update tenant set name = coalesce($2, name), policy = coalesce($3, policy) where id = $1',
        [id, event.data.changes.name ?? null, event.data.changes.policy ?? null],
      );
    case 'tenant.suspended.v1':
      return manager.query('update tenant set suspended_reason = $2 where id = $1', [id, event.data.reason]);
    case 'tenant.resumed.v1':
      return manager.query('update tenant set suspended_reason = null where id = $1', [id]);
  }
}
