import {
  IdentityLinked,
  IdentityProviderAdded,
  IdentityProviderRemoved,
  type IdentityProviderTerms,
} from '@gatehouse/contracts';
import { type Decider, DomainError } from '@gatehouse/kernel';
import { storedEventsOf } from '../../stored-events.js';

export const identityProviderEventOf = storedEventsOf(
  IdentityProviderAdded,
  IdentityLinked,
  IdentityProviderRemoved,
);

/** What can happen in an identity provider's stream. */
export type IdentityProviderEvent = ReturnType<typeof identityProviderEventOf>;

/** Terms never change: another provider, or another client there, is another stream. */
export type IdentityProvider = { readonly status: 'absent' | 'offered' | 'removed' };

export type IdentityProviderCommand =
  | { kind: 'add'; id: string; terms: IdentityProviderTerms }
  | { kind: 'link'; id: string; userId: string }
  | { kind: 'remove'; id: string };

/** Also for another tenant's: who may not see it learns nothing. */
export const identityProviderNotFound = (id: string): DomainError =>
  new DomainError('not-found', 'not-found', `There is no identity provider ${id.slice(0, 64)}.`);

/** The rules of an identity provider's life. */
export const identityProviderDecider: Decider<
  IdentityProviderCommand,
  IdentityProviderEvent,
  IdentityProvider
> = {
  initial: { status: 'absent' },
  decide(command, { status }) {
    const { id: identityProviderId } = command;
    switch (command.kind) {
      case 'add':
        return status === 'absent'
          ? [{ type: IdentityProviderAdded.type, data: { identityProviderId, ...command.terms } }]
          : [];
      case 'link':
        if (status !== 'offered') throw identityProviderNotFound(identityProviderId);
        return [{ type: IdentityLinked.type, data: { identityProviderId, userId: command.userId } }];
      case 'remove':
        if (status === 'absent') throw identityProviderNotFound(identityProviderId);
        return status === 'removed'
          ? []
          : [{ type: IdentityProviderRemoved.type, data: { identityProviderId } }];
    }
  },
  evolve(state, event) {
    switch (event.type) {
      case 'identity-provider.added.v1':
        return { status: 'offered' };
      case 'identity-provider.linked.v1':
        return state;
      case 'identity-provider.removed.v1':
        return { status: 'removed' };
    }
  },
};
