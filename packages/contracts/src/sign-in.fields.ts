import { z } from 'zod';

/** Authentication context (OpenID Connect Core §2 `acr`): one factor, or two that are independent of each other. */
export const Acr = z.enum(['urn:gatehouse:aal1', 'urn:gatehouse:aal2']);
export type Acr = z.infer<typeof Acr>;

/** How a person proved who she is. */
export const SignInMethod = z.enum(['password', 'totp', 'recovery-code', 'passkey', 'identity-provider']);
export type SignInMethod = z.infer<typeof SignInMethod>;

/** What a person can enrol beside a password. */
export const FactorKind = z.enum(['totp', 'passkey', 'recovery-codes']);
export type FactorKind = z.infer<typeof FactorKind>;

export const FactorId = z
  .string()
  .regex(/^fac_[0-9a-f]{32}$/, 'a factor id is fac_ and 32 hexadecimal digits');

export const SessionId = z
  .string()
  .regex(/^ses_[0-9a-f]{32}$/, 'a session id is ses_ and 32 hexadecimal digits');

/** Why a browser is signed in no more. */
export const SessionEnd = z.enum([
  'signed-out',
  'ended-by-the-person',
  'ended-by-an-administrator',
  'credential-changed',
  'user-disabled',
]);
export type SessionEnd = z.infer<typeof SessionEnd>;
