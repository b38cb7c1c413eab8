/** Whom a token is bound to: who else presents it is refused (RFC 7800 §3.1). */
export interface Binding {
  /** RFC 9449 §6.1: thumbprint of the key that its DPoP proofs are signed with. */
  readonly jkt: string | undefined;
  /** RFC 8705 §3.1: SHA-256 thumbprint of the client's certificate. */
  readonly x5tS256: string | undefined;
}

const THUMBPRINT = /^[A-Za-z0-9_-]{43}$/;

/**
 * Reads a `cnf` claim.
 * @returns `null` for one that cannot be enforced: such a token must not pass for an unbound one.
 */
export function bindingOf(cnf: unknown): Binding | undefined | null {
  if (cnf === undefined) return undefined;
  if (typeof cnf !== 'object' || cnf === null) return null;
  const members = Object.entries(cnf);
  if (members.length === 0 || !members.every(isEnforceable)) return null;
  const held: Readonly<Record<string, string>> = Object.fromEntries(members);
  return { jkt: held['jkt'], x5tS256: held['x5t#S256'] };
}

const isEnforceable = ([name, value]: [string, unknown]): boolean =>
  (name === 'jkt' || name === 'x5t#S256') && typeof value === 'string' && THUMBPRINT.test(value);
