import type { LookupAnswer } from '@gatehouse/contracts';
import type { TokenLookup } from '@gatehouse/http';
import { digestOfToken, parseOpaqueToken } from '@gatehouse/kernel';
import { type Client, errors, type KoaContextWithOIDC, type Provider } from 'oidc-provider';
import { z } from 'zod';
import type { UsableKey } from '../../keys/signing-keys.js';
import type { WorkloadAssertions } from '../workloads/workload-assertions.js';
import { registrationOf } from './client-registration.js';
import { TOKEN_EXCHANGE } from './grant-types.js';
import { type Narrowed, narrowedToken } from './narrowed-token.js';
import { isSingleUse, makeSingleUse } from './single-use.js';
import { tokenFor } from './workload-grants.js';

const ACCESS_TOKEN = 'urn:ietf:params:oauth:token-type:access_token';
/** RFC 8693 §3: of an outside issuer. */
const JWT = 'urn:ietf:params:oauth:token-type:jwt';
/** Just in time: long enough for one piece of work, too short to be worth keeping. */
const MAX_TTL_SECONDS = 300;
const SUBJECT = 'subject';

const Exchange = z.object({
  subject_token: z.string(),
  subject_token_type: z.enum([ACCESS_TOKEN, JWT]),
  requested_token_type: z.literal(ACCESS_TOKEN).optional(),
  resource: z.string().optional(),
  scope: z.string().optional(),
  /** Not of RFC 8693: the token is good for one request. */
  single_use: z.enum(['true', 'false']).optional(),
});

type Subject = Extract<LookupAnswer, { found: true }>;

/** The API token being exchanged by this request. */
export function exchangedTokenIn({ state }: KoaContextWithOIDC): Subject | undefined {
  return state[SUBJECT] as Subject | undefined;
}

/** What an exchange needs to know of the rest. */
export interface ExchangeParts {
  lookup: TokenLookup;
  assertions: WorkloadAssertions;
  keys: readonly UsableKey[];
}

/**
 * RFC 8693: a long-lived API token becomes a JWT for one audience, narrower and of five minutes at most; so does the token
 * of a workload that an outside issuer vouches for.
 */
export function registerTokenExchange(provider: Provider, parts: ExchangeParts): void {
  const parameters = Object.keys(Exchange.shape);
  provider.registerGrantType(TOKEN_EXCHANGE, (ctx) => exchange(ctx, parts), parameters);
}

async function exchange(ctx: KoaContextWithOIDC, { lookup, assertions, keys }: ExchangeParts): Promise<void> {
  const { client, params } = ctx.oidc;
  const asked = Exchange.safeParse(params);
  if (!client || !asked.success)
    throw new errors.InvalidRequest('subject_token, its type or single_use is missing or unknown');
  const { subject_token: token, subject_token_type: type, scope, resource } = asked.data;
  if (asked.data.single_use === 'true') makeSingleUse(ctx);
  const answer =
    type === JWT
      ? await tokenFor(ctx, assertions, keys, { assertion: token, scope, resource })
      : await exchangeApiToken(ctx, client, token, { lookup, keys, asked: { scope, resource } });
  const singleUse = isSingleUse(ctx) ? { single_use: true } : {};
  ctx.body = { ...answer, ...singleUse, issued_token_type: ACCESS_TOKEN };
}

async function exchangeApiToken(
  ctx: KoaContextWithOIDC,
  client: Client,
  token: string,
  { lookup, keys, asked }: Pick<ExchangeParts, 'lookup' | 'keys'> & Pick<Narrowed, 'asked'>,
): Promise<Record<string, unknown>> {
  if (client.clientAuthMethod === 'none')
    throw new errors.UnauthorizedClient('a public application exchanges no API tokens');
  const subject = await subjectOf(token, client, lookup);
  ctx.state[SUBJECT] = subject;
  return narrowedToken(ctx, keys, { mayDo: subject.scopes, ttlSeconds: ttlOf(subject), asked });
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
  if (found.ipAllow.length > 0 || found.ipDeny)
    throw new errors.InvalidRequest('a token for certain addresses cannot become one for all');
  return found;
}

const ttlOf = ({ expiresAt }: Subject): number =>
  expiresAt === null
    ? MAX_TTL_SECONDS
    : Math.max(1, Math.min(MAX_TTL_SECONDS, Math.floor((Date.parse(expiresAt) - Date.now()) / 1000)));
