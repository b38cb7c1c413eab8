import type { TokenView } from '@gatehouse/contracts';
import { plainTable } from '../table.js';

/** One token, for people. */
export function describeToken(token: TokenView): string {
  const revoked = token.revokedAt ? `${token.revokedAt} (${token.revokedReason})` : undefined;
  const facts: Record<string, string | undefined> = {
    id: token.id,
    name: token.name,
    tenant: token.tenant,
    status: token.status,
    scopes: token.scopes.join(' '),
    'allowed from': token.ipAllow.join(' ') || 'anywhere',
    'ends in': token.last4,
    created: `${token.createdAt} by ${token.createdBy}`,
    expires: token.expiresAt ?? 'never',
    revoked,
    ...token.metadata,
  };
  return Object.entries(facts)
    .filter((fact): fact is [string, string] => fact[1] !== undefined)
    .map(([name, value]) => `${name.padEnd(13)} ${value}`)
    .join('\n');
}

/** Several tokens, for people. */
export function tokenTable(tokens: readonly TokenView[]): string {
  return plainTable(
    ['id', 'name', 'status', 'ends in', 'scopes', 'expires'],
    tokens.map((t) => [t.id, t.name, t.status, t.last4, t.scopes.join(' '), t.expiresAt ?? 'never']),
  );
}
