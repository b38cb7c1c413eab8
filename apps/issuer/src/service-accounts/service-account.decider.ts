import { isDeepStrictEqual } from 'node:util';
import {
  ServiceAccountCreated,
  ServiceAccountDeleted,
  ServiceAccountResumed,
  ServiceAccountSuspended,
  ServiceAccountUpdated,
} from '@gatehouse/contracts';
import type { Decider } from '@gatehouse/kernel';
import { type GrantedBy, refuseUngrantable } from '../permissions/grantable.js';
import { serviceAccountNotFound } from './service-account.errors.js';
import type { ServiceAccountEvent } from './service-account.events.js';

/** What may be said of a service account, and changed. */
export interface ServiceAccountTerms {
  name: string;
  description: string;
  owner: string;
  scopes: string[];
}

export type ServiceAccountCommand = { serviceAccountId: string } & (
  | { kind: 'create'; terms: ServiceAccountTerms; grantedBy: GrantedBy }
  | { kind: 'update'; changes: Partial<ServiceAccountTerms>; grantedBy: GrantedBy }
  | { kind: 'suspend' | 'resume' | 'delete'; reason: string }
);

/** Where a service account is in its life. */
export type ServiceAccount =
  | { readonly status: 'absent' | 'deleted' }
  | { readonly status: 'active' | 'suspended'; readonly terms: ServiceAccountTerms };

type Known = Extract<ServiceAccount, { terms: ServiceAccountTerms }>;

/** The rules of a service account's life. Nobody gives it more than he could give a token. */
export const serviceAccountDecider: Decider<ServiceAccountCommand, ServiceAccountEvent, ServiceAccount> = {
  initial: { status: 'absent' },
  decide(command, account) {
    const { serviceAccountId } = command;
    switch (command.kind) {
      case 'create':
        if (account.status !== 'absent') return [];
        refuseUngrantable(command.terms.scopes, command.grantedBy);
        return [{ type: ServiceAccountCreated.type, data: { serviceAccountId, ...command.terms } }];
      case 'update':
        return update(command, known(serviceAccountId, account));
      case 'suspend':
        return known(serviceAccountId, account).status === 'suspended'
          ? []
          : [{ type: ServiceAccountSuspended.type, data: { serviceAccountId, reason: command.reason } }];
      case 'resume':
        return known(serviceAccountId, account).status === 'active'
          ? []
          : [{ type: ServiceAccountResumed.type, data: { serviceAccountId, reason: command.reason } }];
      case 'delete':
        if (account.status === 'deleted') return [];
        known(serviceAccountId, account);
        return [{ type: ServiceAccountDeleted.type, data: { serviceAccountId, reason: command.reason } }];
    }
  },
  evolve(account, event) {
    switch (event.type) {
      case 'service-account.created.v1': {
        const { serviceAccountId: _id, ...terms } = event.data;
        return { status: 'active', terms };
      }
      case 'service-account.updated.v1':
        return 'terms' in account
          ? { ...account, terms: { ...account.terms, ...event.data.changes } }
          : account;
      case 'service-account.suspended.v1':
        return 'terms' in account ? { ...account, status: 'suspended' } : account;
      case 'service-account.resumed.v1':
        return 'terms' in account ? { ...account, status: 'active' } : account;
      case 'service-account.deleted.v1':
        return { status: 'deleted' };
    }
  },
};

function update(
  { serviceAccountId, changes: asked, grantedBy }: Extract<ServiceAccountCommand, { kind: 'update' }>,
  { terms }: Known,
): ServiceAccountEvent[] {
  const changes: Partial<ServiceAccountTerms> = Object.fromEntries(
    Object.entries(asked).filter(
      ([field, value]) =>
        value !== undefined && !isDeepStrictEqual(value, terms[field as keyof ServiceAccountTerms]),
    ),
  );
  if (Object.keys(changes).length === 0) return [];
  refuseUngrantable(
    (changes.scopes ?? []).filter((scope) => !terms.scopes.includes(scope)),
    grantedBy,
  );
  return [{ type: ServiceAccountUpdated.type, data: { serviceAccountId, changes } }];
}

function known(id: string, account: ServiceAccount): Known {
  if ('terms' in account) return account;
  throw serviceAccountNotFound(id);
}
