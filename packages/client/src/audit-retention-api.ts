import {
  type HoldBody,
  LegalHold,
  LegalHoldList,
  type RetentionBody,
  RetentionForecast,
  RetentionRun,
  RetentionView,
} from '@gatehouse/contracts';
import type { z } from 'zod';
import type { ApiOptions } from './api-options.js';
import { ServiceChannel } from './lib/service-channel.js';

/**
 * How long the bodies of the log's entries are kept, and what must be kept whatever the policy says.
 * The operator's alone: `audit:read` to look, `audit:write` to change. Errors as with `IssuerApi`.
 */
export class AuditRetentionApi {
  readonly #channel: ServiceChannel;

  constructor(options: ApiOptions) {
    this.#channel = new ServiceChannel(options);
  }

  /** The policy, and how far its last run has come. */
  show(): Promise<RetentionView> {
    return this.#channel.getJson('/v1/retention', {}, RetentionView);
  }

  /** Replaces the policy, or with `dryRun` only says what would go. @returns what the next run takes. */
  set(body: z.input<typeof RetentionBody>): Promise<RetentionForecast> {
    return this.#channel.putJson('/v1/retention', body, RetentionForecast);
  }

  /** Has the bodies that are due expire now. @throws GatehouseProblem `conflict` when none is due. */
  run(): Promise<RetentionRun> {
    return this.#channel.postJson({ path: '/v1/retention/runs', repeatable: false }, RetentionRun);
  }

  /** Legal holds: those in force first, the newest first. */
  async holds(): Promise<LegalHold[]> {
    return (await this.#channel.getJson('/v1/legal-holds', {}, LegalHoldList)).items;
  }

  /** Keeps everything of a tenant, a person or a token from expiring. */
  placeHold(body: HoldBody): Promise<LegalHold> {
    return this.#channel.postJson({ path: '/v1/legal-holds', body, repeatable: false }, LegalHold);
  }

  /** @throws GatehouseProblem `not-found`. */
  liftHold(id: string, reason: string): Promise<LegalHold> {
    const path = `/v1/legal-holds/${encodeURIComponent(id)}/lift`;
    return this.#channel.postJson({ path, body: { reason }, repeatable: true }, LegalHold);
  }

  /** Lets go of the kept-alive connections once the calls under way have ended. */
  close(): Promise<void> {
    return this.#channel.close();
  }
}
