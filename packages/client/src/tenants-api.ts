import {
  type CreateTenantBody,
  IssuedToken,
  type OwnerTokenBody,
  TenantView,
  type UpdateTenantBody,
} from '@gatehouse/contracts';
import type { z } from 'zod';
import type { ApiOptions } from './api-options.js';
import type { OnceOptions } from './issuer-api.js';
import { CollectionApi } from './lib/collection-api.js';

/**
 * Tenants: the operator's token sees and changes all of them, another token its own. `tenants:read` to look,
 * `tenants:write` to change, `tenants:manage` for what only the operator does. Errors as with `IssuerApi`.
 */
export class TenantsApi extends CollectionApi<TenantView> {
  constructor(options: ApiOptions) {
    super(options, '/v1/tenants', TenantView);
  }

  /** Every tenant the caller sees, fetched page by page as the caller reads on. */
  list(): AsyncGenerator<TenantView, void> {
    return this.all();
  }

  /** @param body what its policy leaves out asks for nothing. @throws GatehouseProblem `conflict` for an id that is taken. */
  create(body: CreateTenantBody, options?: OnceOptions): Promise<TenantView> {
    return this.added(body, TenantView, options);
  }

  /** Renames it, or sets rules of its policy; those that are not named stay. */
  update(id: string, changes: UpdateTenantBody): Promise<TenantView> {
    return this.changed(id, changes, TenantView);
  }

  /** Nothing of it works anywhere, until it is resumed. */
  suspend(id: string, reason: string): Promise<TenantView> {
    return this.step(id, 'suspend', { reason }, TenantView);
  }

  /** Lets it work again. */
  resume(id: string, reason: string): Promise<TenantView> {
    return this.step(id, 'resume', { reason }, TenantView);
  }

  /** A token of the tenant's with the role `owner`. The answer's `token` is shown this once. */
  issueOwnerToken(
    id: string,
    body: z.input<typeof OwnerTokenBody>,
    options?: OnceOptions,
  ): Promise<IssuedToken> {
    return this.once(this.pathOf(id, 'owner-tokens'), body, IssuedToken, options);
  }
}
