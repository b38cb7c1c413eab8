import {
  ApplicationDisabled,
  ApplicationEnabled,
  ApplicationRegistered,
  ApplicationSecretRotated,
  ApplicationUpdated,
  type GatehouseEvent,
} from '@gatehouse/contracts';
import type { StoredEvent } from '@gatehouse/event-store';

type Stored<E extends GatehouseEvent> = { type: E['type']; data: E['data'] };

/** What can happen in an application's stream. */
export type ApplicationEvent =
  | Stored<ApplicationRegistered>
  | Stored<ApplicationUpdated>
  | Stored<ApplicationSecretRotated>
  | Stored<ApplicationDisabled>
  | Stored<ApplicationEnabled>;

/** @throws when the store holds a type this build does not know. */
export function applicationEventOf(stored: StoredEvent): ApplicationEvent {
  switch (stored.type) {
    case ApplicationRegistered.type:
      return { type: ApplicationRegistered.type, data: ApplicationRegistered.data.parse(stored.data) };
    case ApplicationUpdated.type:
      return { type: ApplicationUpdated.type, data: ApplicationUpdated.data.parse(stored.data) };
    case ApplicationSecretRotated.type:
      return { type: ApplicationSecretRotated.type, data: ApplicationSecretRotated.data.parse(stored.data) };
    case ApplicationDisabled.type:
      return { type: ApplicationDisabled.type, data: ApplicationDisabled.data.parse(stored.data) };
    case ApplicationEnabled.type:
      return { type: ApplicationEnabled.type, data: ApplicationEnabled.data.parse(stored.data) };
    default:
      throw new Error(`stream ${stored.streamId} holds an unknown event: ${stored.type}`);
  }
}
