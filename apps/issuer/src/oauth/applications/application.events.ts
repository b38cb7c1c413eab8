import {
  ApplicationDisabled,
  ApplicationEnabled,
  ApplicationRegistered,
  ApplicationSecretRotated,
  ApplicationUpdated,
} from '@gatehouse/contracts';
import { storedEventsOf } from '../../stored-events.js';

export const applicationEventOf = storedEventsOf(
  ApplicationRegistered,
  ApplicationUpdated,
  ApplicationSecretRotated,
  ApplicationDisabled,
  ApplicationEnabled,
);

/** What can happen in an application's stream. */
export type ApplicationEvent = ReturnType<typeof applicationEventOf>;
