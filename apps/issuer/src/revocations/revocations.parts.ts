import type { Provider, Type } from '@nestjs/common';
import { CascadedRevocations } from './cascaded-revocations.js';
import { LiveThings } from './live-things.js';
import { Revocations } from './revocations.js';
import { RevocationsController } from './revocations.controller.js';

export const revocationControllers: Type[] = [RevocationsController];

/** What ends many tokens at once. */
export const revocationProviders: Provider[] = [LiveThings, Revocations, CascadedRevocations];
