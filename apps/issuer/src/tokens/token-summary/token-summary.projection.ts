import { TokenIssued } from '@gatehouse/contracts';
import type { Project, StoredEvent } from '@gatehouse/event-store';
import { type EntityManager, IsNull, MoreThan } from 'typeorm';
import { type TokenEvent, tokenEventOf } from '../token.events.js';
import { TokenSecret } from './token-secret.entity.js';
import { TokenSummary } from './token-summary.entity.js';

/** Keeps `token_summary` and `token_secret` true, in the transaction that appends the events. */
export const projectTokenSummary: Project = async (manager, events) => {
  for (const stored of events) await apply(manager, stored, tokenEventOf(stored));
};

/** The same for tokens that are issued together, in two statements. */
export async function projectIssuedTokens(
  manager: EntityManager,
  events: readonly StoredEvent[],
): Promise<void> {
  const issued = events.map((stored) => ({ stored, data: TokenIssued.data.parse(stored.data) }));
  await manager.insert(
    TokenSummary,
    issued.map(({ stored, data }) => summaryOf(stored, data)),
  );
  await manager.insert(
    TokenSecret,
    issued.map(({ stored, data }) => secretOf(stored, data.secret)),
  );
}

async function apply(manager: EntityManager, stored: StoredEvent, event: TokenEvent): Promise<unknown> {
  const tokenId = stored.streamId;
  switch (event.type) {
    case 'token.issued.v1':
      await manager.insert(TokenSummary, summaryOf(stored, event.data));
      return manager.insert(TokenSecret, secretOf(stored, event.data.secret));
    case 'token.updated.v1':
      return manager.update(TokenSummary, tokenId, event.data.changes);
    case 'token.secret-added.v1':
      await retireLater(manager, tokenId, new Date(event.data.previousRetireAt));
      return manager.insert(TokenSecret, secretOf(stored, event.data.secret));
    case 'token.secret-retired.v1':
      return manager.update(TokenSecret, event.data.secretId, { retiredAt: stored.at });
    case 'token.suspended.v1':
      return manager.update(TokenSummary, tokenId, { suspendedReason: event.data.reason });
    case 'token.resumed.v1':
      return manager.update(TokenSummary, tokenId, { suspendedReason: null });
    case 'token.revoked.v1':
      return manager.update(TokenSummary, tokenId, {
        revokedAt: stored.at,
        revokedReason: event.data.reason,
      });
  }
}

/** As in the decider: an overlap can only become shorter. */
async function retireLater(manager: EntityManager, tokenId: string, at: Date): Promise<void> {
  await manager.update(TokenSecret, { tokenId, retiresAt: IsNull() }, { retiresAt: at });
  await manager.update(TokenSecret, { tokenId, retiresAt: MoreThan(at) }, { retiresAt: at });
}

function summaryOf(stored: StoredEvent, data: TokenIssued['data']): TokenSummary {
  return {
    id: data.tokenId,
    tenant: stored.tenant,
    name: data.name,
    scopes: data.scopes,
    ipAllow: data.ipAllow,
    metadata: data.metadata,
    createdAt: stored.at,
    createdBy: stored.metadata.actor,
    expiresAt: data.expiresAt === null ? null : new Date(data.expiresAt),
    suspendedReason: null,
    revokedAt: null,
    revokedReason: null,
  };
}

function secretOf(stored: StoredEvent, { id, hash, last4 }: TokenIssued['data']['secret']): TokenSecret {
  return { id, tokenId: stored.streamId, hash, last4, addedAt: stored.at, retiresAt: null, retiredAt: null };
}
