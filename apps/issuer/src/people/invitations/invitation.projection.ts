import type { Project, StoredEvent } from '@gatehouse/event-store';
import type { EntityManager } from 'typeorm';
import type { PersonalFields } from '../personal-fields/personal-fields.js';
import { invitationEventOf } from './invitation.decider.js';

/** Keeps `invitation` true, in the transaction that appends the events. With it ends the key to whom it was for. */
export const projectInvitations =
  (fields: PersonalFields): Project =>
  async (manager, events) => {
    for (const stored of events) await apply(manager, fields, stored);
  };

async function apply(manager: EntityManager, fields: PersonalFields, stored: StoredEvent): Promise<void> {
  const { type, data } = invitationEventOf(stored);
  const id = data.invitationId;
  switch (type) {
    case 'invitation.issued.v1':
      await manager.query(
        `insert into invitation (id, tenant, personal, role, expires_at, created_at, created_by)
         values ($1, $2, $3, $4, $5, $6, $7)`,
        [id, stored.tenant, data.personal, data.role, data.expiresAt, stored.at, stored.metadata.actor],
      );
      return;
    case 'invitation.accepted.v1':
    case 'invitation.revoked.v1':
      await manager.query('delete from invitation where id = $1', [id]);
      await fields.shred(manager, id);
  }
}
