import { type GatehouseEvent, MemberAdded, MemberRemoved, MemberRoleChanged } from '@gatehouse/contracts';
import type { StoredEvent } from '@gatehouse/event-store';

type Stored<E extends GatehouseEvent> = { type: E['type']; data: E['data'] };

/** What can happen in the stream of a tenant's members. */
export type MemberEvent = Stored<MemberAdded> | Stored<MemberRoleChanged> | Stored<MemberRemoved>;

/** @throws when the store holds a type this build does not know. */
export function memberEventOf(stored: StoredEvent): MemberEvent {
  switch (stored.type) {
    case MemberAdded.type:
      return { type: MemberAdded.type, data: MemberAdded.data.parse(stored.data) };
    case MemberRoleChanged.type:
      return { type: MemberRoleChanged.type, data: MemberRoleChanged.data.parse(stored.data) };
    case MemberRemoved.type:
      return { type: MemberRemoved.type, data: MemberRemoved.data.parse(stored.data) };
    default:
      throw new Error(`stream ${stored.streamId} holds an unknown event: ${stored.type}`);
  }
}
