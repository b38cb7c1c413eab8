import { type MemberList, type MemberView, type Role, RoleName } from '@gatehouse/contracts';
import { CommandHandler, type EventMetadata, JoiningDataSource } from '@gatehouse/event-store';
import { Inject, Injectable } from '@nestjs/common';
import { AccessTokens } from '../../oauth/access-tokens/access-tokens.js';
import { isReserved } from '../../permissions/grantable.js';
import { OutgoingEvents } from '../../relay/outgoing-events.js';
import { holdPerson } from '../users/hold-person.js';
import { type MemberCommand, memberDecider, type Members as State } from './member.decider.js';
import { memberNotFound } from './member.errors.js';
import { type MemberEvent, memberEventOf } from './member.events.js';
import { projectMembers } from './member.projection.js';
import { withinRole } from './within-role.js';

interface Row {
  user_id: string;
  tenant: string;
  role: string;
  since: Date;
  given_by: string;
}

/** Who has which role in which tenant, and what that lets applications do in her name. */
@Injectable()
export class Members {
  private readonly handler: CommandHandler<MemberCommand, MemberEvent, State>;

  constructor(
    @Inject(JoiningDataSource) private readonly dataSource: JoiningDataSource,
    @Inject(OutgoingEvents) private readonly outgoing: OutgoingEvents,
    @Inject(AccessTokens) private readonly accessTokens: AccessTokens,
  ) {
    this.handler = new CommandHandler(dataSource, memberDecider, memberEventOf, projectMembers);
  }

  /**
   * Who loses a role, or gets another one, loses the access tokens that say what she could do.
   * @returns after the commit.
   * @throws DomainError as the decider does; `not-found` for somebody of another tenant.
   */
  async handle(tenant: string, command: MemberCommand, metadata: EventMetadata): Promise<void> {
    const { userId } = command;
    const { added } = await this.dataSource.asOne(async () => {
      if (command.kind === 'add') await holdPerson(this.dataSource, tenant, userId);
      return this.handler.handle({ id: `members:${tenant}`, tenant }, command, metadata);
    });
    if (added.length > 0) this.outgoing.wake();
    // After a removal also when nothing was added: an issuer that died half-way is finished by the repetition.
    if (command.kind === 'remove' || (command.kind === 'change' && added.length > 0))
      await this.accessTokens.revokeOfUser(userId, 'its user has another role', metadata);
  }

  /** Takes the role of somebody who is being erased, if she has one, in the transaction that erases her. */
  async forget(tenant: string, userId: string, metadata: EventMetadata): Promise<void> {
    if ((await this.read('tenant = $1 and user_id = $2', [tenant, userId])).length === 0) return;
    const command = { kind: 'remove', userId, reason: 'erased', grantedBy: 'system' } as const;
    await this.handle(tenant, command, metadata);
  }

  /** @throws DomainError `not-found`, also for another tenant's. */
  async get(tenant: string, userId: string): Promise<MemberView> {
    const [view] = await this.read('tenant = $1 and user_id = $2', [tenant, userId]);
    if (!view) throw memberNotFound(userId);
    return view;
  }

  /** One page by user id; `cursor` is the last of the page before. */
  async list(
    tenant: string,
    { cursor = '', limit }: { cursor?: string; limit: number },
  ): Promise<MemberList> {
    const where = 'tenant = $1 and user_id > $2 order by user_id limit $3';
    const views = await this.read(where, [tenant, cursor, limit + 1]);
    const items = views.slice(0, limit);
    return { items, nextCursor: views.length > limit ? (items.at(-1)?.userId ?? null) : null };
  }

  /** Undefined: she has none there. */
  async roleOf(tenant: string, userId: string): Promise<Role | undefined> {
    const [member] = await this.read('tenant = $1 and user_id = $2', [tenant, userId]);
    return member?.role;
  }

  /** Of scopes, those an application may have in a person's name: of what is reserved, no more than her role holds now. */
  async narrow(tenant: string, userId: string, scopes: readonly string[]): Promise<readonly string[]> {
    if (!scopes.some((scope) => isReserved(scope))) return scopes;
    return withinRole(scopes, await this.roleOf(tenant, userId));
  }

  /** @param where begins with the tenant, which is the first parameter. */
  private async read(where: string, parameters: readonly [string, ...unknown[]]): Promise<MemberView[]> {
    const rows = await this.dataSource.query<Row[]>(`select * from member where ${where}`, [...parameters]);
    return rows.map(({ user_id, tenant, role, since, given_by }) => ({
      userId: user_id,
      tenant,
      role: RoleName.parse(role),
      since: since.toISOString(),
      givenBy: given_by,
    }));
  }
}
