/** No answer could be had: the connection failed, broke or took too long. Trying again later may help. */
export class GatehouseUnreachable extends Error {
  /**
   * @param service origin of the service, e.g. `http://127.0.0.1:8082`.
   * @param reason what happened, e.g. `connect ECONNREFUSED`.
   */
  constructor(
    readonly service: string,
    reason: string,
    options?: ErrorOptions,
  ) {
    super(`no answer from ${service}: ${reason}`, options);
    this.name = 'GatehouseUnreachable';
  }
}
