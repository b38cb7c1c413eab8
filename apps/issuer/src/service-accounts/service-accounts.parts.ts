import type { Provider, Type } from '@nestjs/common';
import { AccountBounds } from './account-bounds.js';
import { AccountTokens } from './account-tokens.js';
import { ServiceAccountChanges } from './service-account-changes.js';
import { ServiceAccounts } from './service-accounts.js';
import { ServiceAccountsController } from './service-accounts.controller.js';

/** The management API of service accounts. */
export const serviceAccountControllers: Type[] = [ServiceAccountsController];

/** Programs of a tenant's own, and what their tokens may be. */
export const serviceAccountProviders: Provider[] = [
  ServiceAccounts,
  AccountBounds,
  AccountTokens,
  ServiceAccountChanges,
];
