import { z } from 'zod';
import { defineEvent } from './event.js';
import { SealedPersonalData, UserId } from './user.fields.js';

/** Somebody who can sign in. Who it is only the issuer can tell, and nobody once she is erased. */
export const UserCreated = defineEvent(
  'UserCreated',
  'user.created.v1',
  'users.created',
  z.object({ userId: UserId, personal: SealedPersonalData }),
);
export type UserCreated = z.infer<typeof UserCreated.schema>;

/** The personal fields as they are from now on, all of them. */
export const UserUpdated = defineEvent(
  'UserUpdated',
  'user.updated.v1',
  'users.updated',
  z.object({ userId: UserId, personal: SealedPersonalData }),
);
export type UserUpdated = z.infer<typeof UserUpdated.schema>;

/** She can sign in no more, and what she holds is revoked. */
export const UserDisabled = defineEvent(
  'UserDisabled',
  'user.disabled.v1',
  'users.disabled',
  z.object({ userId: UserId, reason: z.string() }),
);
export type UserDisabled = z.infer<typeof UserDisabled.schema>;

export const UserEnabled = defineEvent(
  'UserEnabled',
  'user.enabled.v1',
  'users.enabled',
  z.object({ userId: UserId, reason: z.string() }),
);
export type UserEnabled = z.infer<typeof UserEnabled.schema>;

/** Her key was destroyed with this event: what earlier ones hold sealed stays unreadable for ever. */
export const UserErased = defineEvent(
  'UserErased',
  'user.erased.v1',
  'users.erased',
  z.object({ userId: UserId }),
);
export type UserErased = z.infer<typeof UserErased.schema>;

/** She has another password; whoever was signed in with the old one elsewhere is not any more. */
export const UserPasswordChanged = defineEvent(
  'UserPasswordChanged',
  'user.password-changed.v1',
  'users.password-changed',
  z.object({
    userId: UserId,
    /** What let her change it: the one before, or a one-time link. */
    means: z.enum(['password', 'reset-link']),
  }),
);
export type UserPasswordChanged = z.infer<typeof UserPasswordChanged.schema>;

/** Whoever has the one-time link may choose her password until then. */
export const UserPasswordResetAllowed = defineEvent(
  'UserPasswordResetAllowed',
  'user.password-reset-allowed.v1',
  'users.password-reset-allowed',
  z.object({ userId: UserId, expiresAt: z.iso.datetime() }),
);
export type UserPasswordResetAllowed = z.infer<typeof UserPasswordResetAllowed.schema>;
