import { type AddMemberBody, MemberView } from '@gatehouse/contracts';
import type { ApiOptions } from './api-options.js';
import { CollectionApi } from './lib/collection-api.js';

/** Who has which role in the caller's tenant: `members:read` to look, `members:write` to change. Errors as with `IssuerApi`. */
export class MembersApi extends CollectionApi<MemberView> {
  constructor(options: ApiOptions) {
    super(options, '/v1/members', MemberView);
  }

  /** Everybody with a role, by user id, fetched page by page as the caller reads on. */
  list(): AsyncGenerator<MemberView, void> {
    return this.all();
  }

  /** Gives a user of the tenant a role. Nobody can give more than he has. */
  add(body: AddMemberBody): Promise<MemberView> {
    return this.added(body, MemberView);
  }

  /** Another role; her access tokens end. @throws GatehouseProblem `member-last-owner`. */
  change(userId: string, role: AddMemberBody['role']): Promise<MemberView> {
    return this.changed(userId, { role }, MemberView);
  }

  /** Takes her role; her access tokens end, and she stays a user. @throws GatehouseProblem `member-last-owner`. */
  remove(userId: string, reason?: string): Promise<void> {
    return this.channel.delete(this.pathOf(userId), { reason });
  }
}
