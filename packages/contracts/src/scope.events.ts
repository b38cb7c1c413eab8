import { z } from 'zod';
import { defineEvent } from './event.js';
import { Scope } from './token.fields.js';

/** A tenant's own scope, or what is said of it from now on. */
export const ScopeDefined = defineEvent(
  'ScopeDefined',
  'scope.defined.v1',
  'tenants.scope-defined',
  z.object({ name: Scope, category: z.string(), description: z.string() }),
);
export type ScopeDefined = z.infer<typeof ScopeDefined.schema>;

/** Granted no more where the tenant asks for defined scopes; tokens that have it keep it. */
export const ScopeRetired = defineEvent(
  'ScopeRetired',
  'scope.retired.v1',
  'tenants.scope-retired',
  z.object({ name: Scope }),
);
export type ScopeRetired = z.infer<typeof ScopeRetired.schema>;
