import {
  UserCreated,
  UserDisabled,
  UserEnabled,
  UserErased,
  UserPasswordChanged,
  UserPasswordResetAllowed,
  UserUpdated,
} from '@gatehouse/contracts';
import { storedEventsOf } from '../../stored-events.js';

export const userEventOf = storedEventsOf(
  UserCreated,
  UserUpdated,
  UserDisabled,
  UserEnabled,
  UserErased,
  UserPasswordChanged,
  UserPasswordResetAllowed,
);

/** What can happen in a person's stream. */
export type UserEvent = ReturnType<typeof userEventOf>;
