import { OPEN_POLICY } from '@gatehouse/contracts';
import { given } from '@gatehouse/testing';
import { describe, it } from '@jest/globals';
import { tenantDecider } from './tenant.decider.js';
import type { TenantEvent } from './tenant.events.js';

const tenantId = 'acme';
const create = { kind: 'create', tenantId, name: 'Acme', policy: OPEN_POLICY } as const;
const suspend = { kind: 'suspend', tenantId, reason: 'unpaid' } as const;
const resume = { kind: 'resume', tenantId, reason: 'paid' } as const;
const created: TenantEvent = {
  type: 'tenant.created.v1',
  data: { tenantId, name: 'Acme', policy: OPEN_POLICY },
};
const suspended: TenantEvent = { type: 'tenant.suspended.v1', data: { tenantId, reason: 'unpaid' } };
const resumed: TenantEvent = { type: 'tenant.resumed.v1', data: { tenantId, reason: 'paid' } };

describe('a tenant', () => {
  it('is created once', () => {
    given(tenantDecider, []).when(create).then([created]);
    given(tenantDecider, [created]).when(create).thenThrows('conflict');
  });

  it('keeps the rules of its policy that are not named', () => {
    const update = { kind: 'update', tenantId, policy: { maxTtlSeconds: 3600 } } as const;
    const updated: TenantEvent = {
      type: 'tenant.updated.v1',
      data: { tenantId, changes: { policy: { ...OPEN_POLICY, maxTtlSeconds: 3600 } } },
    };
    given(tenantDecider, [created]).when(update).then([updated]);
    given(tenantDecider, [created, updated]).when(update).then([]);
    given(tenantDecider, [created]).when({ kind: 'update', tenantId, name: 'Acme' }).then([]);
    given(tenantDecider, []).when(update).thenThrows('not-found');
  });

  it('stays suspended when suspended again, and is resumed once', () => {
    given(tenantDecider, [created]).when(suspend).then([suspended]);
    given(tenantDecider, [created, suspended]).when(suspend).then([]);
    given(tenantDecider, [created, suspended]).when(resume).then([resumed]);
    given(tenantDecider, [created, suspended, resumed]).when(resume).then([]);
    given(tenantDecider, []).when(suspend).thenThrows('not-found');
  });

  it('cannot be suspended when it is the operator’s own', () => {
    given(tenantDecider, [created])
      .when({ ...suspend, tenantId: 'default' })
      .thenThrows('conflict');
  });
});
