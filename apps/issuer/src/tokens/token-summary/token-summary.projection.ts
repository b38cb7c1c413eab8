import type { Project, StoredEvent } from '@gatehouse/event-store';
import type { EntityManager } from 'typeorm';
import { type TokenEvent, tokenEventOf } from '../token.events.js';
import { TokenSummary } from './token-summary.entity.js';

/** Keeps `token_summary` true, in the transaction that appends the events. */
export const projectTokenSummary: Project = async (manager, events) => {
  for (const stored of events) await apply(manager, stored, tokenEventOf(stored));
};

async function apply(manager: EntityManager, stored: StoredEvent, event: TokenEvent): Promise<void> {
  switch (event.type) {
    case 'token.issued.v1': {
      await manager.insert(TokenSummary, summaryOf(stored, event.data));
      return;
    }
    case 'token.revoked.v1': {
      await manager.update(TokenSummary, stored.streamId, {
        revokedAt: stored.at,
        revokedReason: event.data.reason,
      });
      return;
    }
  }
}

function summaryOf(
  { tenant, at, metadata: { actor } }: StoredEvent,
  {
    tokenId,
    name,
    scopes,
    ipAllow,
    metadata,
    secret,
    expiresAt,
  }: Extract<TokenEvent, { type: 'token.issued.v1' }>['data'],
): TokenSummary {
  return {
    id: tokenId,
    tenant,
    name,
    scopes,
    ipAllow,
    metadata,
    secretHash: secret.hash,
    last4: secret.last4,
    createdAt: at,
    createdBy: actor,
    expiresAt: expiresAt === null ? null : new Date(expiresAt),
    revokedAt: null,
    revokedReason: null,
  };
}
