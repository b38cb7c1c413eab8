import { z } from 'zod';
import { defineEvent } from './event.js';
import { UserId } from './user.fields.js';
import { Acr, FactorId, FactorKind, SessionEnd, SessionId, SignInMethod } from './sign-in.fields.js';

/** A person proved who she is. Each has a stream of its own. */
export const SignInSucceeded = defineEvent(
  'SignInSucceeded',
  'sign-in.succeeded.v1',
  'users.signed-in',
  z.object({
    userId: UserId,
    /** The application it was for. */
    applicationId: z.string().max(200),
    /** In the order they were shown. */
    methods: z.array(SignInMethod).min(1).max(4),
    acr: Acr,
  }),
);
export type SignInSucceeded = z.infer<typeof SignInSucceeded.schema>;

/** Somebody failed to prove to be this person. What is tried while she is locked out is none: their number is bounded. */
export const SignInFailed = defineEvent(
  'SignInFailed',
  'sign-in.failed.v1',
  'users.sign-in-failed',
  z.object({
    userId: UserId,
    applicationId: z.string().max(200),
    reason: z.enum(['password-wrong', 'code-wrong', 'code-used', 'passkey-refused']),
  }),
);
export type SignInFailed = z.infer<typeof SignInFailed.schema>;

/** A person has one more way to prove who she is. Its stream is the factor's. */
export const FactorEnrolled = defineEvent(
  'FactorEnrolled',
  'factor.enrolled.v1',
  'users.factor-enrolled',
  z.object({ factorId: FactorId, userId: UserId, kind: FactorKind }),
);
export type FactorEnrolled = z.infer<typeof FactorEnrolled.schema>;

export const FactorRemoved = defineEvent(
  'FactorRemoved',
  'factor.removed.v1',
  'users.factor-removed',
  z.object({
    factorId: FactorId,
    userId: UserId,
    kind: FactorKind,
    reason: z.enum(['by-the-person', 'by-an-administrator', 'replaced']),
  }),
);
export type FactorRemoved = z.infer<typeof FactorRemoved.schema>;

/** A browser is signed in no more, and what was granted in that session is revoked. Its stream is the session's. */
export const SessionEnded = defineEvent(
  'SessionEnded',
  'session.ended.v1',
  'users.session-ended',
  z.object({ sessionId: SessionId, userId: UserId, reason: SessionEnd }),
);
export type SessionEnded = z.infer<typeof SessionEnded.schema>;
