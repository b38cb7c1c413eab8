import { rolesOf } from '@gatehouse/contracts';
import type { AccessToken, ClientCredentials, KoaContextWithOIDC } from 'oidc-provider';
import type { Members } from '../../people/members/members.js';
import { withinRole } from '../../people/members/within-role.js';
import { registrationOf } from './client-registration.js';
import { exchangedTokenIn } from './token-exchange.js';

type Token = AccessToken | ClientCredentials;

/** What gateways limit it by: the plan of the API token it was exchanged for, or else of its application. */
export function planOf(ctx: KoaContextWithOIDC, { client }: Token): { plan?: string } {
  const plan = exchangedTokenIn(ctx)?.plan ?? (client && registrationOf(client).plan);
  return plan ? { plan } : {};
}

/**
 * What a token may do, and in which roles (RFC 9068 §2.2.3.1). A person's is the role she has now, and her token may do no
 * more than that holds: at the first token of a grant, and at each refresh. Who acts for nobody has the roles it asked for.
 */
export async function narrowedToRole(
  token: Token,
  members: Members,
): Promise<{ scope: string | undefined; roles?: readonly string[] }> {
  const asked = token.scope?.split(' ') ?? [];
  if (!('accountId' in token) || token.accountId === undefined || !token.client)
    return { scope: token.scope, ...named(rolesOf(asked)) };
  const role = await members.roleOf(registrationOf(token.client).tenant, token.accountId);
  const scopes = withinRole(asked, role);
  token.scope = scopes.length > 0 ? scopes.join(' ') : undefined; // what the answer says
  return { scope: token.scope, ...named(role ? [role] : []) };
}

/** Nothing is said of no roles: tokens stay small. */
const named = (roles: readonly string[]) => (roles.length > 0 ? { roles } : {});
