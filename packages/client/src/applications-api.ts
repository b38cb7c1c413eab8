import { ApplicationView, type UpdateApplicationBody } from '@gatehouse/contracts';
import type { z } from 'zod';
import type { ApiOptions } from './api-options.js';
import { CollectionApi } from './lib/collection-api.js';

/** OAuth clients of the caller's tenant: `apps:read` to look, `apps:write` to change. Errors as with `IssuerApi`. */
export class ApplicationsApi extends CollectionApi<ApplicationView> {
  constructor(options: ApiOptions) {
    super(options, '/v1/applications', ApplicationView);
  }

  /** Those within the caller's reach, oldest first, fetched page by page as the caller reads on. */
  list(): AsyncGenerator<ApplicationView, void> {
    return this.all();
  }

  /** Each field named replaces the old value as a whole. Its tokens say so from the next one on. */
  update(id: string, changes: z.input<typeof UpdateApplicationBody>): Promise<ApplicationView> {
    return this.changed(id, changes, ApplicationView);
  }
}
