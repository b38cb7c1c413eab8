import type { Provider, Type } from '@nestjs/common';
import { APP_INTERCEPTOR } from '@nestjs/core';
import { OwnApiUses } from './own-api-uses.js';
import { SecretUse } from './secret-use.entity.js';
import { TokenUseConsumer } from './token-use.consumer.js';
import { TokenUses } from './token-uses.js';
import { TraitUse } from './trait-use.entity.js';
import { UseBuffer } from './use-buffer.js';
import { UnusedScopesController } from './unused-scopes.controller.js';

export const tokenUseEntities = [SecretUse, TraitUse];

export const tokenUseControllers: Type[] = [UnusedScopesController];

/** What feeds back and tells what tokens are used for. */
export const tokenUseProviders: Provider[] = [
  TokenUses,
  TokenUseConsumer,
  UseBuffer,
  { provide: APP_INTERCEPTOR, useClass: OwnApiUses },
];
