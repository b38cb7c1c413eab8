import {
  AppliedConfig,
  type ApplyConfigBody,
  CheckedConfig,
  ConfigInForce,
  DecisionAnswer,
  RoutesAnswer,
} from '@gatehouse/contracts';
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

  /** The gateway.yaml in force, as it was written (`gateway:write`). */
  config(): Promise<ConfigInForce> {
    return this.#channel.getJson('/v1/config', {}, ConfigInForce);
  }

  /**
   * What a gateway.yaml breaks, and what it would change (`gateway:write`).
   * @param text of at most 4 MiB characters.
   */
  checkConfig(text: string): Promise<CheckedConfig> {
    return this.#channel.postJson(
      { path: '/v1/config/check', body: { text }, repeatable: true },
      CheckedConfig,
    );
  }

  /**
   * Puts a gateway.yaml in force at this gateway and in the place of its file (`gateway:write`).
   * @throws GatehouseProblem `config-invalid`; `conflict` when `baseVersion` is not in force; `config-read-only` when the
   *   gateway may not write its file. Nothing has changed then.
   */
  applyConfig(body: ApplyConfigBody): Promise<AppliedConfig> {
    return this.#channel.postJson({ path: '/v1/config/apply', body, repeatable: false }, AppliedConfig);
  }

  /** Lets go of the kept-alive connections once the calls under way have ended. */
  close(): Promise<void> {
    return this.#channel.close();
  }
}
