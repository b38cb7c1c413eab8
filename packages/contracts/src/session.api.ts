import { z } from 'zod';
import { pageOf, PageLimit } from './page.js';
import { Acr, SessionId } from './sign-in.fields.js';
import { UserId } from './user.fields.js';

/** A browser that a person is signed in with. */
export const SessionView = z.object({
  id: SessionId,
  userId: UserId,
  createdAt: z.iso.datetime(),
  lastSeenAt: z.iso.datetime(),
  /** It ends by itself then, unless it is used before. */
  expiresAt: z.iso.datetime(),
  /** Family of browser and system, such as `Firefox on Linux`. */
  agent: z.string(),
  /** Where it was used from last. */
  address: z.string(),
  acr: Acr.nullable(),
  /** What was shown to sign in (RFC 8176). */
  amr: z.array(z.string()),
  /** Applications signed in to. */
  applications: z.array(z.object({ id: z.string(), name: z.string() })),
});
export type SessionView = z.infer<typeof SessionView>;

/** Query of `GET /v1/sessions`. Without `user`: the caller's own, or for a token that stands for nobody, all of the tenant. */
export const SessionQuery = z.strictObject({
  user: UserId.optional(),
  cursor: SessionId.optional(),
  limit: PageLimit,
});
export type SessionQuery = z.infer<typeof SessionQuery>;

/** Answer of `GET /v1/sessions`: those that live, oldest first. */
export const SessionList = pageOf(SessionView);
export type SessionList = z.infer<typeof SessionList>;

/** Answer of `POST /v1/users/{id}/sign-out`. */
export const SignedOut = z.object({
  /** Sessions ended. */
  sessions: z.int(),
  /** Consents ended that had outlived their sessions, with their refresh tokens. */
  grants: z.int(),
});
export type SignedOut = z.infer<typeof SignedOut>;
