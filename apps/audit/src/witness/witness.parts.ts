import type { Provider, Type } from '@nestjs/common';
import { CosignatureStore } from './cosignature-store.js';
import { Witnesses } from './witnesses.js';
import { WitnessesController } from './witnesses.controller.js';

export const witnessControllers: Type[] = [WitnessesController];

/** What has checkpoints cosigned. */
export const witnessProviders: Provider[] = [CosignatureStore, Witnesses];
