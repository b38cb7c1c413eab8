import {
  type GatehouseEvent,
  UserCreated,
  UserDisabled,
  UserEnabled,
  UserErased,
  UserPasswordChanged,
  UserPasswordResetAllowed,
  UserUpdated,
} from '@gatehouse/contracts';
import type { StoredEvent } from '@gatehouse/event-store';

type Stored<E extends GatehouseEvent> = { type: E['type']; data: E['data'] };

/** What can happen in a person's stream. */
export type UserEvent =
  | Stored<UserCreated>
  | Stored<UserUpdated>
  | Stored<UserDisabled>
  | Stored<UserEnabled>
  | Stored<UserErased>
  | Stored<UserPasswordChanged>
  | Stored<UserPasswordResetAllowed>;

/** @throws when the store holds a type this build does not know. */
export function userEventOf(stored: StoredEvent): UserEvent {
  switch (stored.type) {
    case UserCreated.type:
      return { type: UserCreated.type, data: UserCreated.data.parse(stored.data) };
    case UserUpdated.type:
      return { type: UserUpdated.type, data: UserUpdated.data.parse(stored.data) };
    case UserDisabled.type:
      return { type: UserDisabled.type, data: UserDisabled.data.parse(stored.data) };
    case UserEnabled.type:
      return { type: UserEnabled.type, data: UserEnabled.data.parse(stored.data) };
    case UserErased.type:
      return { type: UserErased.type, data: UserErased.data.parse(stored.data) };
    case UserPasswordChanged.type:
      return { type: UserPasswordChanged.type, data: UserPasswordChanged.data.parse(stored.data) };
    case UserPasswordResetAllowed.type:
      return { type: UserPasswordResetAllowed.type, data: UserPasswordResetAllowed.data.parse(stored.data) };
    default:
      throw new Error(`stream ${stored.streamId} holds an unknown event: ${stored.type}`);
  }
}
