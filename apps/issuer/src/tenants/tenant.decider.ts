import { isDeepStrictEqual } from 'node:util';
import {
  OPERATOR_TENANT,
  TenantCreated,
  type TenantPolicy,
  TenantResumed,
  TenantSuspended,
  TenantUpdated,
} from '@gatehouse/contracts';
import type { Decider } from '@gatehouse/kernel';
import type { SuspendTenant, TenantCommand, UpdateTenant } from './tenant.commands.js';
import { operatorNotSuspendable, tenantIdTaken, tenantNotFound } from './tenant.errors.js';
import type { TenantEvent } from './tenant.events.js';

/** Where a tenant is in its life. */
export type Tenant =
  | { readonly status: 'absent' }
  | { readonly status: 'active' | 'suspended'; readonly name: string; readonly policy: TenantPolicy };

type Known = Exclude<Tenant, { status: 'absent' }>;

/** The rules of a tenant's life. */
export const tenantDecider: Decider<TenantCommand, TenantEvent, Tenant> = {
  initial: { status: 'absent' },
  decide(command, tenant) {
    const { tenantId } = command;
    switch (command.kind) {
      case 'create':
        if (tenant.status !== 'absent') throw tenantIdTaken(tenantId);
        return [{ type: TenantCreated.type, data: { tenantId, name: command.name, policy: command.policy } }];
      case 'update':
        return update(command, known(tenantId, tenant));
      case 'suspend':
        return suspend(command, known(tenantId, tenant));
      case 'resume':
        return known(tenantId, tenant).status === 'active'
          ? []
          : [{ type: TenantResumed.type, data: { tenantId, reason: command.reason } }];
    }
  },
  evolve(tenant, event) {
    switch (event.type) {
      case 'tenant.created.v1':
        return { status: 'active', name: event.data.name, policy: event.data.policy };
      case 'tenant.updated.v1': {
        if (tenant.status === 'absent') return tenant;
        const { name = tenant.name, policy = tenant.policy } = event.data.changes;
        return { ...tenant, name, policy };
      }
      case 'tenant.suspended.v1':
        return tenant.status === 'absent' ? tenant : { ...tenant, status: 'suspended' };
      case 'tenant.resumed.v1':
        return tenant.status === 'absent' ? tenant : { ...tenant, status: 'active' };
    }
  },
};

function update({ tenantId, name, policy }: UpdateTenant, tenant: Known): TenantEvent[] {
  const whole = { ...tenant.policy, ...policy };
  const changes = {
    ...(name === undefined || name === tenant.name ? {} : { name }),
    ...(isDeepStrictEqual(whole, tenant.policy) ? {} : { policy: whole }),
  };
  return Object.keys(changes).length === 0 ? [] : [{ type: TenantUpdated.type, data: { tenantId, changes } }];
}

function suspend({ tenantId, reason }: SuspendTenant, { status }: Known): TenantEvent[] {
  if (tenantId === OPERATOR_TENANT) throw operatorNotSuspendable();
  return status === 'suspended' ? [] : [{ type: TenantSuspended.type, data: { tenantId, reason } }];
}

function known(tenantId: string, tenant: Tenant): Known {
  if (tenant.status === 'absent') throw tenantNotFound(tenantId);
  return tenant;
}
