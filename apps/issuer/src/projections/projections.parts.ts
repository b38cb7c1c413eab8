import type { Provider, Type } from '@nestjs/common';
import { ProjectionsController } from './projections.controller.js';
import { Rebuild } from './rebuild.js';

export const projectionControllers: Type[] = [ProjectionsController];

/** What proves the read models, and repairs them. */
export const projectionProviders: Provider[] = [Rebuild];
