import { RoutesAnswer } from '@gatehouse/contracts';
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

  /** Lets go of the kept-alive connections once the calls under way have ended. */
  close(): Promise<void> {
    return this.#channel.close();
  }
}
