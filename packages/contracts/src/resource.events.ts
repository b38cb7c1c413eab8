import { z } from 'zod';
import { defineEvent } from './event.js';
import { ResourceId, ResourceTerms } from './resource.fields.js';

/** Tokens for a resource look like this from now on. */
export const ResourceDeclared = defineEvent(
  'ResourceDeclared',
  'resource.declared.v1',
  'apps.resource-declared',
  z.object({ resourceId: ResourceId, ...ResourceTerms.shape }),
);
export type ResourceDeclared = z.infer<typeof ResourceDeclared.schema>;

/** Tokens for it look as the application asks again. */
export const ResourceWithdrawn = defineEvent(
  'ResourceWithdrawn',
  'resource.withdrawn.v1',
  'apps.resource-withdrawn',
  z.object({ resourceId: ResourceId, reason: z.string() }),
);
export type ResourceWithdrawn = z.infer<typeof ResourceWithdrawn.schema>;
