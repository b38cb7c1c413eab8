import type { Provider, Type } from '@nestjs/common';
import { CustomScopes } from './scopes/custom-scopes.js';
import { ScopesController } from './scopes/scopes.controller.js';

/** The management API of what tokens may be allowed. */
export const permissionControllers: Type[] = [ScopesController];

/** What tokens may be allowed. */
export const permissionProviders: Provider[] = [CustomScopes];
