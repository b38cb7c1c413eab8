import {
  type GatehouseEvent,
  SigningKeyActivated,
  SigningKeyCompromised,
  SigningKeyPublished,
  SigningKeyRetired,
} from '@gatehouse/contracts';
import type { StoredEvent } from '@gatehouse/event-store';

type Stored<E extends GatehouseEvent> = { type: E['type']; data: E['data'] };

/** What can happen in a keyring's stream. */
export type KeyringEvent =
  | Stored<SigningKeyPublished>
  | Stored<SigningKeyActivated>
  | Stored<SigningKeyRetired>
  | Stored<SigningKeyCompromised>;

/** @throws when the store holds a type this build does not know. */
export function keyringEventOf(stored: StoredEvent): KeyringEvent {
  switch (stored.type) {
    case SigningKeyPublished.type:
      return { type: SigningKeyPublished.type, data: SigningKeyPublished.data.parse(stored.data) };
    case SigningKeyActivated.type:
      return { type: SigningKeyActivated.type, data: SigningKeyActivated.data.parse(stored.data) };
    case SigningKeyRetired.type:
      return { type: SigningKeyRetired.type, data: SigningKeyRetired.data.parse(stored.data) };
    case SigningKeyCompromised.type:
      return { type: SigningKeyCompromised.type, data: SigningKeyCompromised.data.parse(stored.data) };
    default:
      throw new Error(`stream ${stored.streamId} holds an unknown event: ${stored.type}`);
  }
}
