import { type DefineScopeBody, ScopeDefined, ScopeRetired } from '@gatehouse/contracts';
import { type Decider, DomainError } from '@gatehouse/kernel';
import { storedEventsOf } from '../../stored-events.js';

export const scopeEventOf = storedEventsOf(ScopeDefined, ScopeRetired);

/** What can happen in the stream of a tenant's own scope. */
export type ScopeEvent = ReturnType<typeof scopeEventOf>;

export type ScopeCommand =
  | ({ kind: 'define'; name: string } & DefineScopeBody)
  | { kind: 'retire'; name: string };

/** Where a tenant's own scope is in its life. */
export type CustomScope =
  | { readonly status: 'absent' | 'retired' }
  | { readonly status: 'defined'; readonly category: string; readonly description: string };

/** Also for a scope of another tenant. */
export const scopeNotFound = (name: string): DomainError =>
  new DomainError('not-found', 'not-found', `There is no scope ${name.slice(0, 128)}.`);

/** The rules: defining again changes what is said of it, and brings a retired one back. */
export const scopeDecider: Decider<ScopeCommand, ScopeEvent, CustomScope> = {
  initial: { status: 'absent' },
  decide(command, scope) {
    const { name } = command;
    switch (command.kind) {
      case 'define': {
        const { category, description } = command;
        const isSame =
          scope.status === 'defined' && scope.category === category && scope.description === description;
        return isSame ? [] : [{ type: ScopeDefined.type, data: { name, category, description } }];
      }
      case 'retire':
        if (scope.status === 'absent') throw scopeNotFound(name);
        return scope.status === 'retired' ? [] : [{ type: ScopeRetired.type, data: { name } }];
    }
  },
  evolve(_scope, event) {
    switch (event.type) {
      case 'scope.defined.v1': {
        const { category, description } = event.data;
        return { status: 'defined', category, description };
      }
      case 'scope.retired.v1':
        return { status: 'retired' };
    }
  },
};
