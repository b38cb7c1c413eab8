import type { LookupAnswer } from '@gatehouse/contracts';
import type { TokenLookup } from '@gatehouse/http';
import { digestOfToken, parseOpaqueToken } from '@gatehouse/kernel';
import { type Client, errors, type KoaContextWithOIDC, type Provider } from 'oidc-provider';
import { z } from 'zod';
import type { UsableKey } from '../../keys/signing-keys.js';
import { registrationOf } from './client-registration.js';
import { resourceServerOf } from './resource-servers.js';

const GRANT_TYPE = 'urn:ietf:params:oauth:grant-type:token-exchange';
const ACCESS_TOKEN = 'urn:ietf:params:oauth:token-type:access_token';
/** Just in time: long enough for one piece of work, too short to be worth keeping. */
const MAX_TTL_SECONDS = 300;
const SUBJECT_TOKEN_ID = 'subjectTokenId';

const Exchange = z.object({
  subject_token: z.string(),
  subject_token_type: z.literal(ACCESS_TOKEN),
  requested_token_type: z.literal(ACCESS_TOKEN).optional(),
  resource: z.string().optional(),
  scope: z.string().optional(),
});

type Subject = Extract<LookupAnswer, { found: true }>;

/** The API token being exchanged by this request. */
export function subjectTokenIdOf({ state }: KoaContextWithOIDC): string | undefined {
  const id: unknown = state[SUBJECT_TOKEN_ID];
  return typeof id === 'string' ? id : undefined;
}

/** RFC 8693 for API tokens: a long-lived opaque token becomes a JWT for one audience, narrower and of five minutes at most. */
export function registerTokenExchange(
  provider: Provider,
  lookup: TokenLookup,
  keys: readonly UsableKey[],
): void {
  const parameters = Object.keys(Exchange.shape);
  provider.registerGrantType(GRANT_TYPE, (ctx) => exchange(ctx, lookup, keys), parameters);
}

async function exchange(
  ctx: KoaContextWithOIDC,
  lookup: TokenLookup,
  keys: readonly UsableKey[],
): Promise<void> {
  const { client, provider, params } = ctx.oidc;
  const asked = Exchange.safeParse(params);
  if (!client || !asked.success)
    throw new errors.InvalidRequest('subject_token or its type is missing or unknown');
  if (client.dpopBoundAccessTokens || registrationOf(client).certificateBoundTokens)
    throw new errors.UnauthorizedClient('an exchanged token cannot be bound to a key');
  const subject = await subjectOf(asked.data.subject_token, client, lookup);
  const resource = asked.data.resource ?? registrationOf(client).resources[0] ?? '';
  const expiresIn = ttlOf(subject);
  const server = new provider.ResourceServer(resource, resourceServerOf(resource, client, expiresIn, keys));
  const scope = narrowed(asked.data.scope, subject, client);
  const token = new provider.ClientCredentials({ client, scope, expiresIn, resourceServer: server });
  ctx.state[SUBJECT_TOKEN_ID] = subject.tokenId;
  ctx.oidc.entity('ClientCredentials', token);
  ctx.body = {
    access_token: await token.save(),
    issued_token_type: ACCESS_TOKEN,
    token_type: 'Bearer',
    expires_in: expiresIn,
    scope,
  };
}

/** RFC 8693 §2.2.2: one answer for every token that is not good, whatever is wrong with it. */
async function subjectOf(token: string, client: Client, lookup: TokenLookup): Promise<Subject> {
  const found = parseOpaqueToken(token) && (await lookup.lookup(digestOfToken(token)));
  const good =
    found?.found &&
    found.status === 'active' &&
    found.tenant === registrationOf(client).tenant &&
    (found.expiresAt === null || Date.parse(found.expiresAt) > Date.now());
  if (!good) throw new errors.InvalidRequest('the subject token is not valid');
  if (found.ipAllow.length > 0)
    throw new errors.InvalidRequest('a token for certain addresses cannot become one for all');
  return found;
}

const ttlOf = ({ expiresAt }: Subject): number =>
  expiresAt === null
    ? MAX_TTL_SECONDS
    : Math.max(1, Math.min(MAX_TTL_SECONDS, Math.floor((Date.parse(expiresAt) - Date.now()) / 1000)));

/** Never more than the token and the application may both do. */
function narrowed(asked: string | undefined, subject: Subject, client: Client): string {
  const both = registrationOf(client).scopes.filter((scope) => subject.scopes.includes(scope));
  const wanted = asked?.split(' ').filter(Boolean) ?? both;
  if (wanted.length === 0 || wanted.some((scope) => !both.includes(scope)))
    throw new errors.InvalidScope('the token or the application may not do this', asked ?? '');
  return wanted.join(' ');
}
