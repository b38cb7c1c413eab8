import { type Client, errors, type KoaContextWithOIDC } from 'oidc-provider';
import type { UsableKey } from '../../keys/signing-keys.js';
import { registrationOf } from './client-registration.js';
import { resourceServerOf } from './resource-servers.js';
import { isSingleUse, SINGLE_USE_SECONDS } from './single-use.js';

/** What somebody may have for what he showed. */
export interface Narrowed {
  /** What was shown may do this much. */
  mayDo: readonly string[];
  asked: { scope?: string | undefined; resource?: string | undefined };
  ttlSeconds: number;
}

/** A JWT for one audience that can do no more than both the application and what was shown for it. */
export async function narrowedToken(
  ctx: KoaContextWithOIDC,
  keys: readonly UsableKey[],
  { mayDo, asked, ttlSeconds }: Narrowed,
): Promise<Record<string, unknown>> {
  const { client, provider } = ctx.oidc;
  if (!client) throw new errors.InvalidClient('no application asks for this');
  const { resources, certificateBoundTokens, maxTtlSeconds } = registrationOf(client);
  const longest = isSingleUse(ctx) ? SINGLE_USE_SECONDS : ttlSeconds;
  const expiresIn = Math.min(ttlSeconds, maxTtlSeconds ?? ttlSeconds, longest);
  if (client.dpopBoundAccessTokens || certificateBoundTokens)
    throw new errors.UnauthorizedClient('such a token cannot be bound to a key');
  const resource = asked.resource ?? resources[0] ?? '';
  const server = new provider.ResourceServer(resource, resourceServerOf(resource, client, expiresIn, keys));
  const scope = narrowed(asked.scope, mayDo, client);
  const token = new provider.ClientCredentials({
    client,
    scope,
    expiresIn,
    resourceServer: server,
  });
  ctx.oidc.entity('ClientCredentials', token);
  return { access_token: await token.save(), token_type: 'Bearer', expires_in: expiresIn, scope };
}

function narrowed(asked: string | undefined, mayDo: readonly string[], client: Client): string {
  const both = registrationOf(client).scopes.filter((scope) => mayDo.includes(scope));
  const wanted = asked?.split(' ').filter(Boolean) ?? both;
  if (wanted.length === 0 || wanted.some((scope) => !both.includes(scope)))
    throw new errors.InvalidScope('what was shown, or the application, may not do this', asked ?? '');
  return wanted.join(' ');
}
