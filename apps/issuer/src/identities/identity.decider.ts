import { isDeepStrictEqual } from 'node:util';
import {
  type CreditTerms,
  IdentityCreated,
  IdentityDeleted,
  type IdentityLimit,
  IdentityUpdated,
} from '@gatehouse/contracts';
import type { Decider } from '@gatehouse/kernel';
import { identityNotFound } from './identity.errors.js';
import { storedEventsOf } from '../stored-events.js';

export const identityEventOf = storedEventsOf(IdentityCreated, IdentityUpdated, IdentityDeleted);

/** What can happen in an identity's stream. */
export type IdentityEvent = ReturnType<typeof identityEventOf>;

/** What may be said of an identity, and changed. */
export interface IdentityTerms {
  name: string;
  metadata: Record<string, string>;
  limits: IdentityLimit[];
  credits: CreditTerms | null;
}

export type IdentityCommand =
  | { kind: 'create'; identityId: string; externalId: string; terms: IdentityTerms }
  | { kind: 'update'; identityId: string; changes: Partial<IdentityTerms> }
  /** Whoever commands it has made sure that no live token is left. */
  | { kind: 'delete'; identityId: string };

/** Where an identity is in its life. */
export type Identity =
  | { readonly status: 'absent' | 'deleted' }
  | { readonly status: 'active'; readonly terms: IdentityTerms };

/** The rules of identities. */
export const identityDecider: Decider<IdentityCommand, IdentityEvent, Identity> = {
  initial: { status: 'absent' },
  decide(command, identity) {
    const { identityId } = command;
    switch (command.kind) {
      case 'create': {
        if (identity.status !== 'absent') return [];
        const { credits, ...terms } = command.terms;
        const data = { identityId, externalId: command.externalId, ...terms, ...(credits && { credits }) };
        return [{ type: IdentityCreated.type, data }];
      }
      case 'update': {
        if (identity.status !== 'active') throw identityNotFound(identityId);
        const changes = changesOf(command.changes, identity.terms);
        return Object.keys(changes).length === 0
          ? []
          : [{ type: IdentityUpdated.type, data: { identityId, changes } }];
      }
      case 'delete':
        if (identity.status === 'absent') throw identityNotFound(identityId);
        return identity.status === 'deleted' ? [] : [{ type: IdentityDeleted.type, data: { identityId } }];
    }
  },
  evolve(identity, event) {
    switch (event.type) {
      case 'identity.created.v1': {
        const { name, metadata, limits, credits = null } = event.data;
        return { status: 'active', terms: { name, metadata, limits, credits } };
      }
      case 'identity.updated.v1':
        return identity.status === 'active'
          ? { status: 'active', terms: { ...identity.terms, ...event.data.changes } }
          : identity;
      case 'identity.deleted.v1':
        return { status: 'deleted' };
    }
  },
};

/** The same credits again are a change: what was spent of the last ones is there once more. */
function changesOf(asked: Partial<IdentityTerms>, terms: IdentityTerms): Partial<IdentityTerms> {
  return Object.fromEntries(
    Object.entries(asked).filter(
      ([field, value]) =>
        value !== undefined &&
        ((field === 'credits' && value !== null) ||
          !isDeepStrictEqual(value, terms[field as keyof IdentityTerms])),
    ),
  );
}
