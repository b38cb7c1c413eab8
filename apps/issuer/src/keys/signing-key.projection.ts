import type { Project, StoredEvent } from '@gatehouse/event-store';
import type { EntityManager } from 'typeorm';
import { type KeyringEvent, keyringEventOf } from './keyring.events.js';
import { SigningKey } from './signing-key.entity.js';

/**
 * Keeps `signing_key` true, in the transaction that appends the events.
 * @param sealed the private part of a key just made: it is no part of the history, so that it can be erased.
 */
export const projectSigningKeys =
  (sealed?: { keyId: string; box: Buffer }): Project =>
  async (manager, events) => {
    for (const stored of events) await apply(manager, stored, keyringEventOf(stored), sealed);
  };

async function apply(
  manager: EntityManager,
  stored: StoredEvent,
  event: KeyringEvent,
  sealed: { keyId: string; box: Buffer } | undefined,
): Promise<unknown> {
  const { keyId, algorithm } = event.data;
  const ended = { endedAt: stored.at, sealedPrivateJwk: null };
  switch (event.type) {
    case 'signing-key.published.v1':
      return manager.insert(SigningKey, {
        keyId,
        algorithm,
        status: 'pending',
        publicJwk: event.data.publicJwk,
        externalName: event.data.externalName ?? null,
        sealedPrivateJwk: sealed?.keyId === keyId ? sealed.box : null,
        publishedAt: stored.at,
        activateAt: new Date(event.data.activateAt),
      });
    case 'signing-key.activated.v1': {
      const { replaces } = event.data;
      await manager.update(SigningKey, keyId, { status: 'active', activatedAt: stored.at });
      if (!replaces) return undefined;
      const retireAt = new Date(replaces.retireAt);
      return manager.update(SigningKey, replaces.keyId, { status: 'retiring', retireAt });
    }
    case 'signing-key.retired.v1':
      return manager.update(SigningKey, keyId, { status: 'retired', ...ended });
    case 'signing-key.compromised.v1':
      return manager.update(SigningKey, keyId, { status: 'compromised', ...ended });
  }
}
