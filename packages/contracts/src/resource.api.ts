import { z } from 'zod';
import { Resource } from './application.fields.js';
import { SigningAlgorithm } from './key.events.js';
import { ResourceId, ResourceTerms, TokenEncryption } from './resource.fields.js';

/** Body of `POST /v1/resources`. Declared again, a resource has the new terms and no others. */
export const DeclareResourceBody = z.strictObject({
  resource: Resource,
  name: z.string().trim().min(1).max(200),
  signingAlgorithm: SigningAlgorithm.optional(),
  encryption: TokenEncryption.optional(),
});
export type DeclareResourceBody = z.infer<typeof DeclareResourceBody>;

export const ResourceView = ResourceTerms.extend({ id: ResourceId });
export type ResourceView = z.infer<typeof ResourceView>;
