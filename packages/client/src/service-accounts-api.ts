import {
  ChangedServiceAccount,
  type CreateServiceAccountBody,
  type HistoryEvent,
  ServiceAccountEffect,
  ServiceAccountView,
  type UpdateServiceAccountBody,
} from '@gatehouse/contracts';
import type { z } from 'zod';
import type { ApiOptions } from './api-options.js';
import type { OnceOptions } from './issuer-api.js';
import { CollectionApi } from './lib/collection-api.js';

/** Why, and whether only to say what would come of it. */
export interface AccountStep {
  reason: string;
  dryRun?: boolean;
}

/**
 * Programs of the caller's tenant, for which tokens are issued: `service-accounts:read` to look, `service-accounts:write`
 * to change. What changes an account says what that did to its tokens. Errors as with `IssuerApi`.
 */
export class ServiceAccountsApi extends CollectionApi<ServiceAccountView> {
  constructor(options: ApiOptions) {
    super(options, '/v1/service-accounts', ServiceAccountView);
  }

  /**
   * Every service account, oldest first, fetched page by page as the caller reads on.
   * @param filter.owner only those this user or team answers for.
   */
  list(filter: { owner?: string | undefined } = {}): AsyncGenerator<ServiceAccountView, void> {
    return this.all({ ...filter });
  }

  /** @param body its scopes are what its tokens may hold at most; the caller must be able to grant them. */
  create(body: z.input<typeof CreateServiceAccountBody>, options?: OnceOptions): Promise<ServiceAccountView> {
    return this.added(body, ServiceAccountView, options);
  }

  /** Each field named replaces the old value as a whole; its tokens lose at once what is not among its scopes. */
  update(id: string, changes: z.input<typeof UpdateServiceAccountBody>): Promise<ChangedServiceAccount> {
    return this.changed(id, changes, ChangedServiceAccount);
  }

  /** With its tokens, until it is resumed. */
  suspend(id: string, step: AccountStep): Promise<ChangedServiceAccount> {
    return this.step(id, 'suspend', step, ChangedServiceAccount);
  }

  /** With the tokens that were suspended with it. */
  resume(id: string, step: AccountStep): Promise<ChangedServiceAccount> {
    return this.step(id, 'resume', step, ChangedServiceAccount);
  }

  /** Revokes its tokens with it. @throws GatehouseProblem `token-protected` while one of them is. */
  delete(id: string, { reason, dryRun = false }: AccountStep): Promise<ServiceAccountEffect> {
    return this.channel.deleteJson(this.pathOf(id), { reason, dryRun: `${dryRun}` }, ServiceAccountEffect);
  }

  /** What happened to it, oldest first; also after its end. */
  events(id: string): AsyncGenerator<HistoryEvent, void> {
    return this.historyOf(id);
  }
}
