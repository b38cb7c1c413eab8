import type { Project, StoredEvent } from '@gatehouse/event-store';
import type { EntityManager } from 'typeorm';
import type { PersonalFields } from '../personal-fields/personal-fields.js';
import { addressTaken } from './user.errors.js';
import { type UserEvent, userEventOf } from './user.events.js';

const UNIQUE_VIOLATION = '23505';

/**
 * Keeps `person` true, in the transaction that appends the events. Whoever has no key any more was erased and gets no
 * row, so that a rebuild from the first event brings nobody back.
 */
export const projectUsers =
  (fields: PersonalFields): Project =>
  async (manager, events) => {
    for (const stored of events) await apply(manager, fields, stored, userEventOf(stored));
  };

async function apply(
  manager: EntityManager,
  fields: PersonalFields,
  stored: StoredEvent,
  event: UserEvent,
): Promise<void> {
  const { userId } = event.data;
  switch (event.type) {
    case 'user.created.v1':
    case 'user.updated.v1':
      return write(manager, fields, stored, event.data.personal);
    case 'user.disabled.v1':
      await manager.query('update person set disabled_at = $2 where id = $1', [userId, stored.at]);
      return;
    case 'user.enabled.v1':
      await manager.query('update person set disabled_at = null where id = $1', [userId]);
      return;
    case 'user.password-changed.v1': // the hash is no part of any history: the handler writes it
    case 'user.password-reset-allowed.v1':
      return;
    case 'user.erased.v1':
      await manager.query('delete from person where id = $1', [userId]);
      await manager.query('delete from user_password where user_id = $1', [userId]);
      return fields.shred(manager, userId);
  }
}

async function write(
  manager: EntityManager,
  fields: PersonalFields,
  { streamId: userId, tenant, at, metadata }: StoredEvent,
  personal: string,
): Promise<void> {
  const person = await fields.open(manager, tenant, userId, personal);
  if (!person) return;
  try {
    await manager.query(
      `insert into person (id, tenant, login_hash, personal, created_at, created_by) values ($1, $2, $3, $4, $5, $6)
       on conflict (id) do update set login_hash = excluded.login_hash, personal = excluded.personal`,
      [userId, tenant, fields.loginHash(tenant, person.email), personal, at, metadata.actor],
    );
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === UNIQUE_VIOLATION) throw addressTaken();
    throw error;
  }
}
