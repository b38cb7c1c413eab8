import type { IdentityLimit } from '@gatehouse/contracts';
import type { Project, StoredEvent } from '@gatehouse/event-store';
import type { EntityManager } from 'typeorm';
import { projectCredits } from '../credits/credit-accounts.projection.js';
import { type IdentityTerms, identityEventOf } from './identity.decider.js';

/** Keeps the read model and the accounts true, in the transaction that appends the events. */
export const projectIdentities: Project = async (manager, events) => {
  for (const stored of events) {
    const event = identityEventOf(stored);
    switch (event.type) {
      case 'identity.created.v1': {
        const { identityId, externalId, name, metadata, limits, credits } = event.data;
        await manager.query(
          `insert into identity (id, tenant, external_id, name, metadata, limits, created_at, created_by)
           values ($1, $2, $3, $4, $5, $6, $7, $8)`,
          [
            identityId,
            stored.tenant,
            externalId,
            name,
            metadata,
            JSON.stringify(limits),
            stored.at,
            stored.metadata.actor,
          ],
        );
        await projectAccounts(manager, stored, { limits, ...(credits && { credits }) });
        break;
      }
      case 'identity.updated.v1': {
        const { name, metadata, limits } = event.data.changes;
        await manager.query(
          `update identity set name = coalesce($2, name), metadata = coalesce($3, metadata), limits = coalesce($4, limits)
           where id = $1`,
          [stored.streamId, name ?? null, metadata ?? null, limits ? JSON.stringify(limits) : null],
        );
        await projectAccounts(manager, stored, event.data.changes);
        break;
      }
      case 'identity.deleted.v1':
        await manager.query('delete from identity where id = $1', [stored.streamId]);
        await manager.query('delete from credit_account where holder = $1', [stored.streamId]);
    }
  }
};

async function projectAccounts(
  manager: EntityManager,
  stored: StoredEvent,
  { limits, credits }: Partial<Pick<IdentityTerms, 'limits' | 'credits'>>,
): Promise<void> {
  if (credits !== undefined) await projectCredits(manager, stored, credits);
  if (limits !== undefined) await projectLimits(manager, stored, limits);
}

/** A limit is an account that is filled up with each window. One that stays as it was keeps its count. */
async function projectLimits(
  manager: EntityManager,
  { streamId, tenant, version, at }: StoredEvent,
  limits: readonly IdentityLimit[],
): Promise<void> {
  for (const { name, limit, durationSeconds } of limits)
    await manager.query('select decide_account($1, $2, $3, $4, $5, $6, $7)', [
      streamId,
      name,
      tenant,
      version,
      limit,
      { amount: limit, every: 'window', seconds: durationSeconds },
      at,
    ]);
  await manager.query(
    `delete from credit_account where holder = $1 and name <> '' and version < $2 and name <> all($3::text[])`,
    [streamId, version, limits.map(({ name }) => name)],
  );
}
