import { z } from 'zod';
import { defineEvent } from './event.js';
import { IdentityProviderId, IdentityProviderTerms } from './identity-provider.fields.js';
import { UserId } from './user.fields.js';

/** People of the tenant may sign in there from now on. */
export const IdentityProviderAdded = defineEvent(
  'IdentityProviderAdded',
  'identity-provider.added.v1',
  'users.identity-provider-added',
  z.object({ identityProviderId: IdentityProviderId, ...IdentityProviderTerms.shape }),
);
export type IdentityProviderAdded = z.infer<typeof IdentityProviderAdded.schema>;

/** Nobody signs in there any more. */
export const IdentityProviderRemoved = defineEvent(
  'IdentityProviderRemoved',
  'identity-provider.removed.v1',
  'users.identity-provider-removed',
  z.object({ identityProviderId: IdentityProviderId }),
);
export type IdentityProviderRemoved = z.infer<typeof IdentityProviderRemoved.schema>;

/** Whoever the provider says is a certain subject is this person. Which subject, is hers and in no event. */
export const IdentityLinked = defineEvent(
  'IdentityLinked',
  'identity-provider.linked.v1',
  'users.identity-linked',
  z.object({ identityProviderId: IdentityProviderId, userId: UserId }),
);
export type IdentityLinked = z.infer<typeof IdentityLinked.schema>;
