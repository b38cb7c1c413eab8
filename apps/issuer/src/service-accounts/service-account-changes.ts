import type { ChangedServiceAccount, ServiceAccountEffect } from '@gatehouse/contracts';
import { CommandHandler, type EventMetadata, JoiningDataSource } from '@gatehouse/event-store';
import { Inject, Injectable } from '@nestjs/common';
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
    return inOneOrUndone(this.dataSource, dryRun, async () => {
      const tokens = await this.carryOut(command, request);
      return { ...(await this.accounts.get(tenant, command.serviceAccountId)), tokens };
    });
  }

  /** @throws DomainError `token-protected` while one of its tokens is; then nothing of it happens. */
  async delete(
    command: ServiceAccountCommand & { kind: 'delete' },
    request: AccountRequest,
  ): Promise<ServiceAccountEffect> {
    return inOneOrUndone(this.dataSource, request.dryRun, () => this.carryOut(command, request));
  }

  private async carryOut(
    command: ServiceAccountCommand,
    { tenant, metadata, dryRun }: AccountRequest,
  ): Promise<ServiceAccountEffect> {
    const owner = ownerIn(command);
    if (owner !== undefined) await holdPerson(this.dataSource, tenant, owner);
    const stream = { id: command.serviceAccountId, tenant, isNew: command.kind === 'create' };
    await this.handler.handle(stream, command, metadata);
    const effect = await this.tokens.follow(tenant, command, metadata);
    await this.dataSource.afterCommit(() => this.outgoing.wake());
    return { dryRun, ...effect };
  }
}

function ownerIn(command: ServiceAccountCommand): string | undefined {
  switch (command.kind) {
    case 'create':
      return command.terms.owner;
    case 'update':
      return command.changes.owner;
    case 'suspend':
    case 'resume':
    case 'delete':
      return undefined;
  }
}
