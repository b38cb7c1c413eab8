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

/** The service account its application acts as, which it is a token of. */
export const accountOf = ({ client }: Token) => client && registrationOf(client).serviceAccount;

/** As whom the application acts where it acts for nobody else. */
export function subjectOf(token: Token): { sub?: string } {
  const account = accountOf(token);
  return account ? { sub: account.id } : {};
}

/**
 * What a token may do, and in which roles (RFC 9068 §2.2.3.1). A person's is the role she has now, and her token may do no
 * more than that holds: at the first token of a grant, and at each refresh. A service account's are its own. Whatever else
 * a token stands for, its roles are those it asked for.
 */
export async function narrowedToRole(
  ctx: KoaContextWithOIDC,
  token: Token,
  members: Members,
): Promise<{ scope: string | undefined; roles?: readonly string[] }> {
  const asked = token.scope?.split(' ') ?? [];
  if (!('accountId' in token) || token.accountId === undefined || !token.client) {
    const account = exchangedTokenIn(ctx) ? undefined : accountOf(token);
    return { scope: token.scope, ...named(rolesOf(account?.scopes ?? asked)) };
  }
  const role = await members.roleOf(registrationOf(token.client).tenant, token.accountId);
  const scopes = withinRole(asked, role);
  token.scope = scopes.length > 0 ? scopes.join(' ') : undefined; // what the answer says
  return { scope: token.scope, ...named(role ? [role] : []) };
}

/** Nothing is said of no roles: tokens stay small. */
const named = (roles: readonly string[]) => (roles.length > 0 ? { roles } : {});
