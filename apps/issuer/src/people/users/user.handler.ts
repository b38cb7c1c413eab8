import {
  CommandHandler,
  type EventMetadata,
  type Handled,
  JoiningDataSource,
  type Project,
} from '@gatehouse/event-store';
import { Inject, Injectable } from '@nestjs/common';
import { AccessTokens } from '../../oauth/access-tokens/access-tokens.js';
import { OutgoingEvents } from '../../relay/outgoing-events.js';
import { Teams } from '../../teams/teams.js';
import { Members } from '../members/members.js';
import { PersonalFields } from '../personal-fields/personal-fields.js';
import type { ChangePassword, CreateUser, UserCommand } from './user.commands.js';
import { type User, userDecider } from './user.decider.js';
import { userEventOf } from './user.events.js';
import { projectUsers } from './user.projection.js';

/** Load → decide → append for one person, with the read model, keys and password in the same transaction. */
@Injectable()
export class UserHandler {
  constructor(
    @Inject(JoiningDataSource) private readonly dataSource: JoiningDataSource,
    @Inject(PersonalFields) private readonly fields: PersonalFields,
    @Inject(OutgoingEvents) private readonly outgoing: OutgoingEvents,
    @Inject(AccessTokens) private readonly accessTokens: AccessTokens,
    @Inject(Members) private readonly members: Members,
    @Inject(Teams) private readonly teams: Teams,
  ) {}

  /** @throws DomainError `conflict` when somebody of the tenant has the address already. */
  async create(
    tenant: string,
    command: CreateUser,
    { key, passwordHash }: { key: Buffer; passwordHash?: string | undefined },
    metadata: EventMetadata,
  ): Promise<void> {
    const project = projectUsers(this.fields);
    await this.run(tenant, command, metadata, async (manager, events) => {
      await this.fields.keepKey(manager, tenant, command.userId, key);
      await project(manager, events);
      if (passwordHash !== undefined)
        await manager.query('insert into user_password (user_id, hash) values ($1, $2)', [
          command.userId,
          passwordHash,
        ]);
    });
  }

  /** Also ends a lock-out: whoever may change it has shown who she is. */
  async changePassword(
    tenant: string,
    userId: string,
    { means, hash }: Pick<ChangePassword, 'means'> & { hash: string },
    metadata: EventMetadata,
  ): Promise<void> {
    await this.run(tenant, { kind: 'change-password', userId, means }, metadata, async (manager) => {
      await manager.query(
        `insert into user_password (user_id, hash) values ($1, $2)
         on conflict (user_id) do update set hash = excluded.hash, failed_attempts = 0, locked_until = null`,
        [userId, hash],
      );
    });
  }

  /** @throws DomainError as the decider does; `not-found` for another tenant's; `member-last-owner` for whom nobody replaces. */
  async handle(
    tenant: string,
    command: Exclude<UserCommand, CreateUser | ChangePassword>,
    metadata: EventMetadata,
  ): Promise<Handled<User>> {
    const handled = await this.dataSource.asOne(async () => {
      const done = await this.run(tenant, command, metadata, projectUsers(this.fields));
      if (command.kind === 'erase') {
        await this.members.forget(tenant, command.userId, metadata);
        await this.teams.forget(tenant, command.userId, metadata);
      }
      return done;
    });
    const { status } = handled.state;
    // Also when nothing was added: an issuer that died half-way is finished by the repetition.
    if (status === 'disabled' || status === 'erased')
      await this.accessTokens.revokeOfUser(command.userId, `its user was ${status}`, metadata);
    return handled;
  }

  private async run(
    tenant: string,
    command: UserCommand,
    metadata: EventMetadata,
    project: Project,
  ): Promise<Handled<User>> {
    const handler = new CommandHandler(this.dataSource, userDecider, userEventOf, project);
    const stream = { id: command.userId, tenant, isNew: command.kind === 'create' };
    const handled = await handler.handle(stream, command, metadata);
    if (handled.added.length > 0) this.outgoing.wake();
    return handled;
  }
}
