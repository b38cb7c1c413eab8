import { digestOfToken, formatOpaqueToken, newId } from '@gatehouse/kernel';
import type { IssuerConfig } from '../issuer.config.js';
import type { NewSecret } from './token.commands.js';

type SecretConfig = Pick<IssuerConfig, 'TOKEN_PREFIX' | 'TOKEN_ENVIRONMENT' | 'TOKEN_PEPPERS'>;

/**
 * Makes a token from the system's CSPRNG, with what may be kept of it.
 * @param prefix the tenant's own, where it has one.
 */
export function newSecret(config: SecretConfig, prefix: string | null): { token: string; secret: NewSecret } {
  const token = formatOpaqueToken(prefix ?? config.TOKEN_PREFIX, config.TOKEN_ENVIRONMENT);
  return { token, secret: secretOf(token, config) };
}

/** What may be kept of a token that exists already. */
export function secretOf(token: string, { TOKEN_PEPPERS }: Pick<SecretConfig, 'TOKEN_PEPPERS'>): NewSecret {
  return { id: newId('sec'), ...TOKEN_PEPPERS.hash(digestOfToken(token)), last4: token.slice(-4) };
}
