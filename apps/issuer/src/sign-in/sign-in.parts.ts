import type { Provider, Type } from '@nestjs/common';
import { AccountPages } from './account/account-pages.js';
import { AccountRoutes } from './account/account-routes.js';
import { AccountSessions } from './account/account-sessions.js';
import { FactorAttempts } from './factors/attempts.js';
import { Factors } from './factors/factors.js';
import { FactorsController } from './factors/factors.controller.js';
import { Ceremonies } from './factors/passkeys/ceremonies.js';
import { Passkeys } from './factors/passkeys/passkeys.js';
import { RecoveryCodes } from './factors/recovery-codes/recovery-codes.js';
import { TotpFactors } from './factors/totp/totp-factors.js';
import { SignInJournal } from './sign-in-journal.js';
import { SignInSteps } from './steps/sign-in-steps.js';

/** The management API of signing in. */
export const signInControllers: Type[] = [FactorsController];

/** Signing in: factors, steps, sessions. */
export const signInProviders: Provider[] = [
  SignInJournal,
  FactorAttempts,
  TotpFactors,
  RecoveryCodes,
  Ceremonies,
  Passkeys,
  Factors,
  SignInSteps,
  AccountSessions,
  AccountPages,
  AccountRoutes,
];
