import type { ApplicationRegistered } from '@gatehouse/contracts';
import type { Project, StoredEvent } from '@gatehouse/event-store';
import type { EntityManager } from 'typeorm';
import { ApplicationRow, type KeptSecret } from './application.entity.js';
import { type ApplicationEvent, applicationEventOf } from './application.events.js';

/** Keeps `application` true, in the transaction that appends the events. */
export const projectApplications: Project = async (manager, events) => {
  for (const stored of events) await apply(manager, stored, applicationEventOf(stored));
};

async function apply(manager: EntityManager, stored: StoredEvent, event: ApplicationEvent): Promise<unknown> {
  const id = stored.streamId;
  if (event.type === 'application.registered.v1')
    return manager.insert(ApplicationRow, rowOf(stored, event.data));
  const row = await manager.getRepository(ApplicationRow).findOneByOrFail({ id });
  switch (event.type) {
    case 'application.updated.v1':
      return manager.update(ApplicationRow, id, { terms: { ...row.terms, ...event.data.changes } });
    case 'application.secret-rotated.v1': {
      const { secret, previousRetireAt } = event.data;
      const previous = row.secrets.slice(0, 1).map((kept) => ({ ...kept, retiresAt: previousRetireAt }));
      return manager.update(ApplicationRow, id, { secrets: [kept(secret), ...previous] });
    }
    case 'application.disabled.v1':
      return manager.update(ApplicationRow, id, { status: 'disabled' });
    case 'application.enabled.v1':
      return manager.update(ApplicationRow, id, { status: 'enabled' });
  }
}

function rowOf(stored: StoredEvent, data: ApplicationRegistered['data']): ApplicationRow {
  const { applicationId: id, secret, ...terms } = data;
  return {
    id,
    tenant: stored.tenant,
    status: 'enabled',
    terms,
    secrets: secret ? [kept(secret)] : [],
    createdAt: stored.at,
    createdBy: stored.metadata.actor,
  };
}

const kept = ({ id, hash, last4 }: { id: string; hash: string; last4: string }): KeptSecret => ({
  id,
  hash,
  last4,
  retiresAt: null,
});
