import { type CreateIdentityBody, IdentityView, type UpdateIdentityBody } from '@gatehouse/contracts';
import type { ApiOptions } from './api-options.js';
import type { OnceOptions } from './issuer-api.js';
import { CollectionApi } from './lib/collection-api.js';

/** Whose tokens share limits and credits: `tokens:read` to look, `tokens:write` to change. Errors as with `IssuerApi`. */
export class IdentitiesApi extends CollectionApi<IdentityView> {
  constructor(options: ApiOptions) {
    super(options, '/v1/identities', IdentityView);
  }

  /** Every identity, or the one of an external id, oldest first, fetched page by page as the caller reads on. */
  list(filter: { externalId?: string | undefined } = {}): AsyncGenerator<IdentityView, void> {
    return this.all({ ...filter });
  }

  /** @throws GatehouseProblem `conflict` for an external id that is taken. */
  create(body: CreateIdentityBody, options?: OnceOptions): Promise<IdentityView> {
    return this.added(body, IdentityView, options);
  }

  /** Each field named replaces the old value as a whole. */
  update(id: string, changes: UpdateIdentityBody): Promise<IdentityView> {
    return this.changed(id, changes, IdentityView);
  }

  /**
   * @param options.revoke ends its tokens with it, at most 250 with each call.
   * @throws GatehouseProblem `conflict` while it has live tokens.
   */
  delete(id: string, { revoke }: { revoke: boolean }): Promise<void> {
    return this.channel.delete(this.pathOf(id), { revoke: `${revoke}` });
  }
}
