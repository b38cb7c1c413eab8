/** A 2xx answer that is not what the contract says: too large, not JSON, or of another shape. Trying again will not help. */
export class UnexpectedAnswer extends Error {
  /**
   * @param service origin of the service.
   * @param reason the rule that is broken; never the answer itself, which may hold a secret.
   */
  constructor(
    readonly service: string,
    reason: string,
    options?: ErrorOptions,
  ) {
    super(`unexpected answer from ${service}: ${reason}`, options);
    this.name = 'UnexpectedAnswer';
  }
}
