import type { Provider, Type } from '@nestjs/common';
import { AccountAccess } from './account/account-access.js';
import { AccountFront } from './account/account-front.js';
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
import { LiveSessions } from './sessions/live-sessions.js';
import { LogoutNotices } from './sessions/logout-notices.js';
import { SessionRecords } from './sessions/session-records.js';
import { Sessions } from './sessions/sessions.js';
import { SessionsController } from './sessions/sessions.controller.js';
import { SignInJournal } from './sign-in-journal.js';
import { IdentityLinks } from './outside/identity-links.js';
import { IdentityProviders } from './outside/identity-providers.js';
import { IdentityProvidersController } from './outside/identity-providers.controller.js';
import { OutsidePages } from './outside/outside-pages.js';
import { OutsideSignIn } from './outside/outside-sign-in.js';
import { PasswordChanges } from './passwords/password-changes.js';
import { PasswordResetsController } from './passwords/password-resets.controller.js';
import { SignInSteps } from './steps/sign-in-steps.js';

/** The management API of signing in. */
export const signInControllers: Type[] = [
  FactorsController,
  SessionsController,
  PasswordResetsController,
  IdentityProvidersController,
];

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
  SessionRecords,
  LogoutNotices,
  LiveSessions,
  Sessions,
  PasswordChanges,
  IdentityProviders,
  IdentityLinks,
  OutsideSignIn,
  OutsidePages,
  AccountSessions,
  AccountFront,
  AccountAccess,
  AccountPages,
  AccountRoutes,
];
