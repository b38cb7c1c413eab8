import {
  SigningKeyActivated,
  SigningKeyCompromised,
  SigningKeyPublished,
  SigningKeyRetired,
} from '@gatehouse/contracts';
import { storedEventsOf } from '../stored-events.js';

export const keyringEventOf = storedEventsOf(
  SigningKeyPublished,
  SigningKeyActivated,
  SigningKeyRetired,
  SigningKeyCompromised,
);

/** What can happen in a keyring's stream. */
export type KeyringEvent = ReturnType<typeof keyringEventOf>;
