import {
  AppliedConfig,
  type ApplyConfigBody,
  CachePurgeAnswer,
  CheckedConfig,
  ConfigInForce,
  DecisionAnswer,
  RoutesAnswer,
} from '@gatehouse/contracts';
import type { ApiOptions } from './api-options.js';
import { ServiceChannel } from './lib/service-channel.js';

/** Which answers go: all that fit. */
export interface CachePurge {
  /** Route id. */
  readonly route?: string | undefined;
  /** What their paths begin with. */
  readonly prefix?: string | undefined;
  /** Only says how many would go. */
  readonly dryRun: boolean;
}

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

  /**
   * Makes this gateway forget answers that it keeps (`cache:purge`): those of the caller's tenant; the operator's
   * tenant those of all. Other gateways keep theirs.
   * @throws GatehouseProblem `not-found` when no route of the caller's is called so.
   */
  purgeCache({ dryRun, ...which }: CachePurge): Promise<CachePurgeAnswer> {
    return this.#channel.deleteJson('/v1/cache', { ...which, dryRun: `${dryRun}` }, CachePurgeAnswer);
  }

  /** Lets go of the kept-alive connections once the calls under way have ended. */
  close(): Promise<void> {
    return this.#channel.close();
  }
}
