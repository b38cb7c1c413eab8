import type { Project, StoredEvent } from '@gatehouse/event-store';
import type { EntityManager } from 'typeorm';
import { serviceAccountEventOf } from './service-account.events.js';

/** Keeps `service_account` true, in the transaction that appends the events. */
export const projectServiceAccounts: Project = async (manager, events) => {
  for (const stored of events) await apply(manager, stored);
};

async function apply(manager: EntityManager, stored: StoredEvent): Promise<unknown> {
  const { type, data } = serviceAccountEventOf(stored);
  const id = data.serviceAccountId;
  switch (type) {
    case 'service-account.created.v1':
      return manager.query(
        `insert into service_account (id, tenant, name, description, owner, scopes, created_at, created_by)
         values ($1, $2, $3, $4, $5, $6, $7, $8)`,
        [
          id,
          stored.tenant,
          data.name,
          data.description,
          data.owner,
          data.scopes,
          stored.at,
          stored.metadata.actor,
        ],
      );
    case 'service-account.updated.v1': {
      const { name, description, owner, scopes } = data.changes;
      return manager.query(
        `update service_account set name = coalesce($2, name), description = coalesce($3, description),
           owner = coalesce($4, owner), scopes = coalesce($5, scopes) where id = $1`,
        [id, name ?? null, description ?? null, owner ?? null, scopes ?? null],
      );
    }
    case 'service-account.suspended.v1':
      return manager.query('update service_account set suspended_reason = $2 where id = $1', [
        id,
        data.reason,
      ]);
    case 'service-account.resumed.v1':
      return manager.query('update service_account set suspended_reason = null where id = $1', [id]);
    case 'service-account.deleted.v1':
      return manager.query('delete from service_account where id = $1', [id]);
  }
}
