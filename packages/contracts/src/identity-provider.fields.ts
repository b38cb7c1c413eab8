import { z } from 'zod';

export const IdentityProviderId = z
  .string()
  .regex(/^idp_[0-9a-f]{32}$/, 'an identity provider’s id is idp_ and 32 hexadecimal digits');

/** How people of a tenant sign in somewhere else. The client secret is no part of it: it is never told again. */
export const IdentityProviderTerms = z.object({
  /** On the button. */
  name: z.string(),
  /** Where it is discovered, and what its tokens name as `iss`, character by character. */
  issuer: z.string(),
  clientId: z.string(),
  scopes: z.array(z.string()),
  /** The claim a new person is called by. */
  nameClaim: z.string(),
  /** Whether somebody unknown gets an account, if the provider has verified her e-mail address and nobody has it here. */
  createUsers: z.boolean(),
});
export type IdentityProviderTerms = z.infer<typeof IdentityProviderTerms>;
