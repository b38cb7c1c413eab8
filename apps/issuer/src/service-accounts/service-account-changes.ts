import { type ChangedServiceAccount, type ServiceAccountEffect, UserId } from '@gatehouse/contracts';
import { CommandHandler, type EventMetadata, JoiningDataSource } from '@gatehouse/event-store';
import { Inject, Injectable } from '@nestjs/common';
import { AccessTokens } from '../oauth/access-tokens/access-tokens.js';
import { holdPerson } from '../people/users/hold-person.js';
import { inOneOrUndone } from '../rehearsal.js';
import { OutgoingEvents } from '../relay/outgoing-events.js';
import { AccountTokens } from './account-tokens.js';
import {
  type ServiceAccount,
  type ServiceAccountCommand,
  serviceAccountDecider,
} from './service-account.decider.js';
import { type ServiceAccountEvent, serviceAccountEventOf } from './service-account.events.js';
import { projectServiceAccounts } from './service-account.projection.js';
import { ServiceAccounts } from './service-accounts.js';
import { askerOf } from '../teams/reach.js';
import { Teams } from '../teams/teams.js';
import type { GrantedBy } from '../permissions/grantable.js';

/** In whose tenant and name, and whether only to say what would come of it. */
export interface AccountRequest {
  tenant: string;
  metadata: EventMetadata;
  dryRun: boolean;
}

/** Everything that changes service accounts: the account and its tokens in one commit. */
@Injectable()
export class ServiceAccountChanges {
  private readonly handler: CommandHandler<ServiceAccountCommand, ServiceAccountEvent, ServiceAccount>;

  constructor(
    @Inject(JoiningDataSource) private readonly dataSource: JoiningDataSource,
    @Inject(OutgoingEvents) private readonly outgoing: OutgoingEvents,
    @Inject(ServiceAccounts) private readonly accounts: ServiceAccounts,
    @Inject(AccountTokens) private readonly tokens: AccountTokens,
    @Inject(Teams) private readonly teams: Teams,
    @Inject(AccessTokens) private readonly accessTokens: AccessTokens,
  ) {
    this.handler = new CommandHandler(
      dataSource,
      serviceAccountDecider,
      serviceAccountEventOf,
      projectServiceAccounts,
    );
  }

  /** @throws DomainError as the decider does; `not-found` for an owner who is not there; `token-protected`. */
  async apply(command: ServiceAccountCommand, request: AccountRequest): Promise<ChangedServiceAccount> {
    const { tenant, dryRun } = request;
    const { tokens, ...account } = await inOneOrUndone(this.dataSource, dryRun, async () => {
      const reached = await this.carryOut(command, request);
      return { ...(await this.accounts.get(tenant, command.serviceAccountId)), tokens: reached };
    });
    return { ...account, tokens: { ...tokens, accessTokens: await this.endAccessTokens(command, request) } };
  }

  /** @throws DomainError `token-protected` while one of its tokens is; then nothing of it happens. */
  async delete(
    command: ServiceAccountCommand & { kind: 'delete' },
    request: AccountRequest,
  ): Promise<ServiceAccountEffect> {
    const reached = await inOneOrUndone(this.dataSource, request.dryRun, () =>
      this.carryOut(command, request),
    );
    return { ...reached, accessTokens: await this.endAccessTokens(command, request) };
  }

  /**
   * A JWT says what was true when it was signed. Behind the change, so that what was being issued meanwhile ends as well; and
   * whether or not anything changed, so that an issuer which died half-way is finished by the repetition.
   */
  private async endAccessTokens(
    command: ServiceAccountCommand,
    { metadata, dryRun }: AccountRequest,
  ): Promise<number> {
    const { serviceAccountId } = command;
    const because = whyAccessTokensEnd(command);
    if (because === undefined) return 0;
    if (dryRun) return this.accessTokens.countOfServiceAccount(serviceAccountId);
    const reason = `${because} (with ${serviceAccountId})`;
    return this.accessTokens.revokeOfServiceAccount(serviceAccountId, reason, metadata);
  }

  private async carryOut(
    command: ServiceAccountCommand,
    { tenant, metadata, dryRun }: AccountRequest,
  ): Promise<Omit<ServiceAccountEffect, 'accessTokens'>> {
    if ('grantedBy' in command) await this.holdOwner(tenant, command, metadata);
    const stream = { id: command.serviceAccountId, tenant, isNew: command.kind === 'create' };
    await this.handler.handle(stream, command, metadata);
    const effect = await this.tokens.follow(tenant, command, metadata);
    this.outgoing.wake();
    return { dryRun, ...effect };
  }

  /** Who is to answer for it is there, and stays there until it is written down. */
  private async holdOwner(
    tenant: string,
    command: Extract<ServiceAccountCommand, { grantedBy: GrantedBy }>,
    { actor }: EventMetadata,
  ): Promise<void> {
    const { owner } = command.kind === 'create' ? command.terms : command.changes;
    if (owner === undefined) return;
    if (UserId.safeParse(owner).success) return holdPerson(this.dataSource, tenant, owner);
    await this.teams.hold(askerOf(tenant, command.grantedBy, actor), owner, 'owner');
  }
}

/** Undefined: they go on. */
function whyAccessTokensEnd(command: ServiceAccountCommand): string | undefined {
  switch (command.kind) {
    case 'create':
    case 'resume':
      return undefined;
    case 'update':
      return command.changes.scopes && 'other scopes';
    case 'suspend':
    case 'delete':
      return command.reason;
  }
}
