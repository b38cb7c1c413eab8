import type { Provider, Type } from '@nestjs/common';
import { OwnerTokens } from './owner-tokens.js';
import { Suspensions } from './suspensions.js';
import { Tenants } from './tenants.js';
import { TenantsController } from './tenants.controller.js';

/** The management API of tenants. */
export const tenantControllers: Type[] = [TenantsController];

/** Tenants, and what they ask of their tokens. */
export const tenantProviders: Provider[] = [Tenants, Suspensions, OwnerTokens];
