import type { TokenView } from '@gatehouse/contracts';
import { factsText } from '../facts-text.js';
import type { Resource } from '../resources/resource.js';

/** How people see a token. */
export const TOKEN: Resource<TokenView> = {
  noun: 'token',
  example: 'tok_0190…',
  columns: ['id', 'name', 'status', 'ends in', 'scopes', 'expires'],
  facts: (token) => ({
    id: token.id,
    name: token.name,
    tenant: token.tenant,
    status: token.status,
    scopes: token.scopes.join(' '),
    'allowed from': token.ipAllow.join(' ') || 'anywhere',
    'denied from': token.ipDeny.join(' ') || undefined,
    'ends in': token.last4,
    created: `${token.createdAt} by ${token.createdBy}`,
    expires: token.expiresAt ?? 'never',
    revoked: token.revokedAt ? `${token.revokedAt} (${token.revokedReason})` : undefined,
    ...token.metadata,
  }),
};

/** One token, for people. */
export const describeToken = (token: TokenView): string => factsText(TOKEN.facts(token));
