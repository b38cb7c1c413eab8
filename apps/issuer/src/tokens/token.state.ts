import type { CreditTerms, RotationPolicy, TokenSuspended, TokenUpdated } from '@gatehouse/contracts';
import type { TokenEvent } from './token.events.js';

/** One of a token's secrets; `retiresAt` is set when a newer one has taken over. */
export interface Secret {
  readonly id: string;
  readonly retiresAt: string | null;
}

/** What a token that may work again has. */
export interface Live {
  readonly name: string;
  readonly scopes: readonly string[];
  readonly ipAllow: readonly string[];
  readonly ipDeny: readonly string[];
  readonly metadata: Readonly<Record<string, string>>;
  readonly expiresAt: string | null;
  readonly identityId: string | null;
  readonly plan: string | null;
  /** It must not be revoked. */
  readonly protected: boolean;
  readonly rotation: RotationPolicy | null;
  /** As last decided: what was spent since is no event. */
  readonly credits: CreditTerms | null;
  /** Secrets, and ends, of which somebody has been told. */
  readonly reminded: readonly string[];
  /** Oldest first; the retired are gone. */
  readonly secrets: readonly Secret[];
  /** Ids of the leaks that were reported. */
  readonly leaks: readonly string[];
}

/** Where a token is in its life. Expiry is no status: it is a date that passes. */
export type Token =
  | { readonly status: 'absent' }
  | ({ readonly status: 'active' } & Live)
  | ({ readonly status: 'suspended'; readonly reason: string; readonly withAccount?: string } & Live)
  | { readonly status: 'revoked'; readonly reason: string; readonly leaks: readonly string[] };

/** The token after one more event. An event that only a live token can have changes nothing else. */
export function evolve(token: Token, event: TokenEvent): Token {
  switch (event.type) {
    case 'token.issued.v1': {
      const {
        name,
        scopes,
        ipAllow,
        ipDeny = [],
        metadata,
        expiresAt,
        secret,
        rotation = null,
        credits = null,
        identityId = null,
        plan = null,
      } = event.data;
      const secrets = [{ id: secret.id, retiresAt: null }];
      const terms = { name, scopes, ipAllow, ipDeny, metadata, expiresAt };
      return {
        status: 'active',
        ...terms,
        protected: event.data.protected ?? false,
        rotation,
        credits,
        identityId,
        plan,
        secrets,
        reminded: [],
        leaks: [],
      };
    }
    case 'token.updated.v1':
      return isLive(token) ? updated(token, event.data.changes) : token;
    case 'token.secret-added.v1': {
      if (!isLive(token)) return token;
      const previous = token.secrets.map((secret) => retiring(secret, event.data.previousRetireAt));
      return { ...token, secrets: [...previous, { id: event.data.secret.id, retiresAt: null }] };
    }
    case 'token.secret-retired.v1':
      return isLive(token)
        ? { ...token, secrets: token.secrets.filter((secret) => secret.id !== event.data.secretId) }
        : token;
    case 'token.rotation-due.v1':
      return isLive(token) ? { ...token, reminded: [...token.reminded, event.data.secretId] } : token;
    case 'token.expiring.v1':
      return isLive(token) ? { ...token, reminded: [...token.reminded, event.data.expiresAt] } : token;
    case 'token.suspended.v1':
      return isLive(token) ? suspended(token, event.data) : token;
    case 'token.resumed.v1':
      return isLive(token) ? activated(token) : token;
    case 'token.revoked.v1':
      return { status: 'revoked', reason: event.data.reason, leaks: leaksOf(token) };
    case 'token.leak-reported.v1':
      return token.status === 'absent' ? token : { ...token, leaks: [...token.leaks, event.data.leakId] };
  }
}

/** Whether the token is active or may become so again. */
export const isLive = (token: Token): token is Extract<Token, Live> =>
  token.status === 'active' || token.status === 'suspended';

const leaksOf = (token: Token): readonly string[] => (token.status === 'absent' ? [] : token.leaks);

/** An overlap can only become shorter: a second rotation must not prolong the first secret's life. */
const retiring = (secret: Secret, at: string): Secret =>
  secret.retiresAt !== null && secret.retiresAt < at ? secret : { ...secret, retiresAt: at };

function suspended(
  token: Extract<Token, Live>,
  { reason, serviceAccountId: withAccount }: TokenSuspended['data'],
): Token {
  return {
    ...activated(token),
    status: 'suspended',
    reason,
    ...(withAccount !== undefined && { withAccount }),
  };
}

function activated(token: Extract<Token, Live>): Extract<Token, { status: 'active' }> {
  if (token.status === 'active') return token;
  const { reason: _reason, withAccount: _withAccount, ...live } = token;
  return { ...live, status: 'active' };
}

/** Under a new policy somebody may be told of the same secret again. */
function updated<T extends Live>(token: T, changes: TokenUpdated['data']['changes']): T {
  if (changes.rotation === undefined) return { ...token, ...changes };
  const reminded = token.reminded.filter((of) => token.secrets.every(({ id }) => id !== of));
  return { ...token, ...changes, reminded };
}
