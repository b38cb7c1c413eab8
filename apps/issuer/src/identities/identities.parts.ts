import type { Provider, Type } from '@nestjs/common';
import { IdentitiesController } from './identities.controller.js';
import { Identities } from './identities.js';

/** The management API of identities. */
export const identityControllers: Type[] = [IdentitiesController];

/** Whose tokens share limits and credits. */
export const identityProviders: Provider[] = [Identities];
