import { DecisionAnswer, RoutesAnswer } from '@gatehouse/contracts';
import type { ApiOptions } from './api-options.js';
import { ServiceChannel } from './lib/service-channel.js';

/** One gateway's admin port. Errors as with `IssuerApi`. */
export class GatewayAdminApi {
  readonly #channel: ServiceChannel;

  constructor(options: ApiOptions) {
    this.#channel = new ServiceChannel(options);
  }

  /** The routes in force (`gateway:read`), and why the latest configuration was refused if it was. */
  routes(): Promise<RoutesAnswer> {
    return this.#channel.getJson('/v1/routes', {}, RoutesAnswer);
  }

  /**
   * How this gateway decided on a recent request (`gateway:read`): those of the caller's own tenant; the operator's
   * tenant sees all. Decisions are kept in memory, the latest few thousand of them.
   * @throws GatehouseProblem `not-found` when this gateway does not remember the request.
   */
  decision(requestId: string): Promise<DecisionAnswer> {
    return this.#channel.getJson(`/v1/decisions/${encodeURIComponent(requestId)}`, {}, DecisionAnswer);
  }

  /** Lets go of the kept-alive connections once the calls under way have ended. */
  close(): Promise<void> {
    return this.#channel.close();
  }
}
