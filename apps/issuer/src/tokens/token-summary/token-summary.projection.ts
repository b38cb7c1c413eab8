import type { SecretData, TokenUpdated } from '@gatehouse/contracts';
import type { Project, StoredEvent } from '@gatehouse/event-store';
import { type EntityManager, IsNull, MoreThan } from 'typeorm';
import type { z } from 'zod';
import { projectCredits } from '../../credits/credit-accounts.projection.js';
import { type TokenEvent, tokenEventOf } from '../token.events.js';
import { TokenSecret } from './token-secret.entity.js';
import { TokenSummary } from './token-summary.entity.js';

/** Keeps `token_summary` and `token_secret` true, in the transaction that appends the events. */
export const projectTokenSummary: Project = async (manager, events) => {
  for (const stored of events) await apply(manager, stored, tokenEventOf(stored));
};

async function apply(manager: EntityManager, stored: StoredEvent, event: TokenEvent): Promise<unknown> {
  const tokenId = stored.streamId;
  switch (event.type) {
    case 'token.issued.v1':
      return manager.query(
        'select project_new_token(e) from events e where e.stream_id = $1 and e.version = $2',
        [tokenId, stored.version],
      );
    case 'token.updated.v1':
      await update(manager, stored, event.data.changes);
      // Any other change must not bring back a reminder that was given.
      if (event.data.changes.rotation === undefined) return undefined;
      return manager.query('select schedule_rotation($1)', [tokenId]);
    case 'token.secret-added.v1':
      await retireLater(manager, tokenId, new Date(event.data.previousRetireAt));
      await manager.insert(TokenSecret, secretOf(stored, event.data.secret));
      return manager.query('select schedule_rotation($1)', [tokenId]);
    case 'token.secret-retired.v1':
      return manager.update(TokenSecret, event.data.secretId, { retiredAt: stored.at });
    case 'token.rotation-due.v1':
      return manager.query('update token_summary set rotation_remind_at = null where id = $1', [tokenId]);
    case 'token.expiring.v1':
      return manager.query('update token_summary set expiry_remind_at = null where id = $1', [tokenId]);
    case 'token.suspended.v1':
      return manager.update(TokenSummary, tokenId, {
        suspendedReason: event.data.reason,
        suspendedWith: event.data.serviceAccountId ?? null,
      });
    case 'token.resumed.v1':
      return manager.update(TokenSummary, tokenId, { suspendedReason: null, suspendedWith: null });
    case 'token.leak-reported.v1':
      return undefined; // what was done about it is an event of its own
    case 'token.revoked.v1':
      return manager.query(
        'select project_revoked_token(e) from events e where e.stream_id = $1 and e.version = $2',
        [tokenId, stored.version],
      );
  }
}

async function update(
  manager: EntityManager,
  stored: StoredEvent,
  { credits, ...columns }: TokenUpdated['data']['changes'],
): Promise<void> {
  if (Object.keys(columns).length > 0) await manager.update(TokenSummary, stored.streamId, columns);
  if (credits !== undefined) await projectCredits(manager, stored, credits);
}

/** As in the decider: an overlap can only become shorter. */
async function retireLater(manager: EntityManager, tokenId: string, at: Date): Promise<void> {
  await manager.update(TokenSecret, { tokenId, retiresAt: IsNull() }, { retiresAt: at });
  await manager.update(TokenSecret, { tokenId, retiresAt: MoreThan(at) }, { retiresAt: at });
}

function secretOf(stored: StoredEvent, { id, hash, last4 }: z.infer<typeof SecretData>): TokenSecret {
  return { id, tokenId: stored.streamId, hash, last4, addedAt: stored.at, retiresAt: null, retiredAt: null };
}
