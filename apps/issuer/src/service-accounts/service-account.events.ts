import {
  ServiceAccountCreated,
  ServiceAccountDeleted,
  ServiceAccountResumed,
  ServiceAccountSuspended,
  ServiceAccountUpdated,
} from '@gatehouse/contracts';
import { storedEventsOf } from '../stored-events.js';

export const serviceAccountEventOf = storedEventsOf(
  ServiceAccountCreated,
  ServiceAccountUpdated,
  ServiceAccountSuspended,
  ServiceAccountResumed,
  ServiceAccountDeleted,
);

/** What can happen in a service account's stream. */
export type ServiceAccountEvent = ReturnType<typeof serviceAccountEventOf>;
