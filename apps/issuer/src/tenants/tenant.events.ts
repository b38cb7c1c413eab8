import {
  type GatehouseEvent,
  TenantCreated,
  TenantResumed,
  TenantSuspended,
  TenantUpdated,
} from '@gatehouse/contracts';
import type { StoredEvent } from '@gatehouse/event-store';

type Stored<E extends GatehouseEvent> = { type: E['type']; data: E['data'] };

/** What can happen in a tenant's stream. */
export type TenantEvent =
  | Stored<TenantCreated>
  | Stored<TenantUpdated>
  | Stored<TenantSuspended>
  | Stored<TenantResumed>;

/** @throws when the store holds a type this build does not know. */
export function tenantEventOf(stored: StoredEvent): TenantEvent {
  switch (stored.type) {
    case TenantCreated.type:
      return { type: TenantCreated.type, data: TenantCreated.data.parse(stored.data) };
    case TenantUpdated.type:
      return { type: TenantUpdated.type, data: TenantUpdated.data.parse(stored.data) };
    case TenantSuspended.type:
      return { type: TenantSuspended.type, data: TenantSuspended.data.parse(stored.data) };
    case TenantResumed.type:
      return { type: TenantResumed.type, data: TenantResumed.data.parse(stored.data) };
    default:
      throw new Error(`stream ${stored.streamId} holds an unknown event: ${stored.type}`);
  }
}
