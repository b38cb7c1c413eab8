import { isDeepStrictEqual } from 'node:util';
import { ResourceDeclared, type ResourceTerms, ResourceWithdrawn } from '@gatehouse/contracts';
import { type Decider, DomainError } from '@gatehouse/kernel';
import { storedEventsOf } from '../../stored-events.js';

export const resourceEventOf = storedEventsOf(ResourceDeclared, ResourceWithdrawn);

/** What can happen in a resource's stream. */
export type ResourceEvent = ReturnType<typeof resourceEventOf>;

export type ResourceState =
  | { readonly status: 'absent' }
  | { readonly status: 'declared'; readonly terms: ResourceTerms }
  | { readonly status: 'withdrawn' };

export type ResourceCommand =
  | { kind: 'declare'; resourceId: string; terms: ResourceTerms }
  | { kind: 'withdraw'; resourceId: string; reason: string };

/** Also for another tenant's: who may not see it learns nothing. */
export const resourceNotFound = (id: string): DomainError =>
  new DomainError('not-found', 'not-found', `There is no resource ${id.slice(0, 64)}.`);

/** The rules of a resource: declared as often as one likes, always as a whole. */
export const resourceDecider: Decider<ResourceCommand, ResourceEvent, ResourceState> = {
  initial: { status: 'absent' },
  decide(command, state) {
    const { resourceId } = command;
    switch (command.kind) {
      case 'declare':
        return state.status === 'declared' && isDeepStrictEqual(state.terms, command.terms)
          ? []
          : [{ type: ResourceDeclared.type, data: { resourceId, ...command.terms } }];
      case 'withdraw':
        if (state.status === 'absent') throw resourceNotFound(resourceId);
        return state.status === 'withdrawn'
          ? []
          : [{ type: ResourceWithdrawn.type, data: { resourceId, reason: command.reason } }];
    }
  },
  evolve(_state, event) {
    switch (event.type) {
      case 'resource.declared.v1': {
        const { resourceId: _id, ...terms } = event.data;
        return { status: 'declared', terms };
      }
      case 'resource.withdrawn.v1':
        return { status: 'withdrawn' };
    }
  },
};
