import type { Provider, Type } from '@nestjs/common';
import { ApiChanges } from './api-changes.js';
import { Apis } from './apis.js';
import { ApisController } from './apis.controller.js';

/** The management API of published APIs. */
export const apiControllers: Type[] = [ApisController];

/** What tenants publish for gateways to serve. */
export const apiProviders: Provider[] = [Apis, ApiChanges];
