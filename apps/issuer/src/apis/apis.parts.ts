import type { Provider, Type } from '@nestjs/common';
import { ApiChanges } from './api-changes.js';
import { Apis } from './apis.js';
import { ApisController } from './apis.controller.js';
import { ApiDocuments } from './documents/api-documents.js';
import { ApiDocumentsController, TenantDocumentsController } from './documents/api-documents.controller.js';

/** The management API of published APIs. */
export const apiControllers: Type[] = [ApisController, ApiDocumentsController, TenantDocumentsController];

/** What tenants publish for gateways to serve. */
export const apiProviders: Provider[] = [Apis, ApiChanges, ApiDocuments];
