/** The closed set of ways a request can fail. Each transport maps a kind to its own status once. */
export type DomainErrorKind =
  | 'invalid'
  | 'unauthenticated'
  | 'forbidden'
  | 'not-found'
  | 'conflict'
  | 'exhausted'
  | 'unavailable'
  | 'internal';

/** An error the caller can act on. */
export class DomainError extends Error {
  /**
   * @param kind decides the status on each transport.
   * @param code stable, kebab-case; has its page in `docs/problems/<code>.md`.
   * @param detail shown to the caller: never a secret, never an inner cause.
   * @param options `cause` goes to the log only; `fields` names each wrong field and its rule.
   */
  constructor(
    readonly kind: DomainErrorKind,
    readonly code: string,
    readonly detail: string,
    readonly options: { cause?: unknown; fields?: readonly { field: string; rule: string }[] } = {},
  ) {
    super(detail, { cause: options.cause });
    this.name = 'DomainError';
  }
}
