import { ClaimCondition, Scope } from '@gatehouse/contracts';
import { z } from 'zod';

const Pointer = ClaimCondition.shape.claim;

/** Where the tokens of an issuer say what; absent: where RFC 9068 has it. */
export const ClaimPlaces = z.strictObject({
  tokenId: Pointer.default('/jti'),
  user: Pointer.default('/sub'),
  application: Pointer.default('/client_id'),
  scope: Pointer.default('/scope').describe('A string of scopes, or a list, such as /scp.'),
  roles: Pointer.default('/roles').describe('A list of roles, such as /realm_access/roles.'),
  plan: Pointer.default('/plan'),
});
export type ClaimPlaces = z.infer<typeof ClaimPlaces>;

/** Where RFC 9068 §2.2 and RFC 7662 §2.2 have it. */
export const STANDARD_PLACES = ClaimPlaces.parse({});

/** Scopes for tokens that say something else: of workloads, whose issuers know none. */
export const ClaimGrant = z.strictObject({
  when: z.array(ClaimCondition).min(1).max(20).describe('All of them must hold.'),
  scopes: z.array(Scope).min(1).max(100),
});
export type ClaimGrant = z.infer<typeof ClaimGrant>;
