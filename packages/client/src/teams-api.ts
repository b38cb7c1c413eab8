import { type CreateTeamBody, TeamMemberView, TeamView, type UpdateTeamBody } from '@gatehouse/contracts';
import type { z } from 'zod';
import type { ApiOptions } from './api-options.js';
import type { OnceOptions } from './issuer-api.js';
import { CollectionApi } from './lib/collection-api.js';

/** People who share applications and service accounts: `apps:read` to look, `teams:write` to change. Errors as with `IssuerApi`. */
export class TeamsApi extends CollectionApi<TeamView> {
  constructor(options: ApiOptions) {
    super(options, '/v1/teams', TeamView);
  }

  /** The teams the caller is in, all with `teams:read`, oldest first, fetched page by page as the caller reads on. */
  list(): AsyncGenerator<TeamView, void> {
    return this.all();
  }

  create(body: z.input<typeof CreateTeamBody>, options?: OnceOptions): Promise<TeamView> {
    return this.added(body, TeamView, options);
  }

  /** What it is called. */
  update(id: string, changes: UpdateTeamBody): Promise<TeamView> {
    return this.changed(id, changes, TeamView);
  }

  /** @throws GatehouseProblem `conflict` while it has an application or a service account. */
  delete(id: string): Promise<void> {
    return this.channel.delete(this.pathOf(id));
  }

  /** Who is in it, by user id, fetched page by page as the caller reads on. */
  members(id: string): AsyncGenerator<TeamMemberView, void> {
    return this.listOf(this.pathOf(id, 'members'), TeamMemberView);
  }

  addMember(id: string, userId: string): Promise<void> {
    return this.channel.post(this.pathOf(id, 'members'), { userId });
  }

  /** From the answer on, what is the team's is not there for her. */
  removeMember(id: string, userId: string, reason?: string): Promise<void> {
    return this.channel.delete(this.pathOf(id, 'members', userId), { reason });
  }
}
