import { InvitationView, type InviteBody, IssuedInvitation } from '@gatehouse/contracts';
import type { z } from 'zod';
import type { ApiOptions } from './api-options.js';
import type { OnceOptions } from './issuer-api.js';
import { CollectionApi } from './lib/collection-api.js';

/** Links by which people come into the caller's tenant: `members:read` to look, `members:write` to change. Errors as with `IssuerApi`. */
export class InvitationsApi extends CollectionApi<InvitationView> {
  constructor(options: ApiOptions) {
    super(options, '/v1/invitations', InvitationView);
  }

  /** Those nobody has accepted or revoked, oldest first, fetched page by page as the caller reads on. */
  list(): AsyncGenerator<InvitationView, void> {
    return this.all();
  }

  /** Invites somebody. The answer's `url` is shown this once: give it to her alone. */
  create(body: z.input<typeof InviteBody>, options?: OnceOptions): Promise<IssuedInvitation> {
    return this.added(body, IssuedInvitation, options);
  }

  /** Its link works no more, and whom it was for is forgotten. */
  revoke(id: string, reason?: string): Promise<void> {
    return this.channel.delete(this.pathOf(id), { reason });
  }
}
