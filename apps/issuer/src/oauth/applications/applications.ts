import type { ApplicationView, ResourceTerms, TenantPolicy } from '@gatehouse/contracts';
import {
  CommandHandler,
  type EventMetadata,
  GroupedCalls,
  type Handled,
  JoiningDataSource,
} from '@gatehouse/event-store';
import { Inject, Injectable } from '@nestjs/common';
import { And, MoreThan, Raw } from 'typeorm';
import { OutgoingEvents } from '../../relay/outgoing-events.js';
import type { ApplicationCommand, RegisterApplication, UpdateApplication } from './application.commands.js';
import { type Application, applicationDecider } from './application.decider.js';
import { ApplicationRow } from './application.entity.js';
import { applicationNotFound } from './application.errors.js';
import { type ApplicationEvent, applicationEventOf } from './application.events.js';
import { projectApplications } from './application.projection.js';
import { SaidBefore } from './said-before.js';
import { AccountBounds } from '../../service-accounts/account-bounds.js';
import { askerOf, isWithinReach, type Reach } from '../../teams/reach.js';
import { Teams } from '../../teams/teams.js';

/** What a client of the protocol engine is made from. */
export type EnabledApplication = Pick<ApplicationRow, 'id' | 'tenant' | 'terms' | 'secrets'> & {
  /** The tenant's bound on the life of a token, if it has one. */
  maxTtlSeconds: number | null;
  /** Those of its resources that are declared, by URI. */
  declared: Record<string, ResourceTerms> | null;
  /** What the service account is that it acts as; `null`: it acts as none, or that one is gone. */
  account: (Pick<TenantPolicy, 'scopesByRole'> & { isActive: boolean; scopes: string[] }) | null;
};

/** The applications of all tenants: what changes them, and what they are now. */
@Injectable()
export class Applications {
  private readonly handler: CommandHandler<ApplicationCommand, ApplicationEvent, Application>;
  private readonly said = new SaidBefore<EnabledApplication>();
  private readonly finding = new GroupedCalls({
    call: (ids: readonly string[]) => this.allEnabled(ids),
    most: 100,
    atOnce: 1,
  });

  constructor(
    @Inject(JoiningDataSource) private readonly dataSource: JoiningDataSource,
    @Inject(OutgoingEvents) private readonly outgoing: OutgoingEvents,
    @Inject(Teams) private readonly teams: Teams,
    @Inject(AccountBounds) private readonly accounts: AccountBounds,
  ) {
    this.handler = new CommandHandler(
      dataSource,
      applicationDecider,
      applicationEventOf,
      projectApplications,
    );
  }

  /**
   * @returns after the commit.
   * @throws DomainError as the decider does; `body-invalid` for a team or a service account that is not there for whoever asks.
   */
  async handle(
    tenant: string,
    command: ApplicationCommand,
    metadata: EventMetadata,
  ): Promise<Handled<Application>> {
    const stream = { id: command.applicationId, tenant, isNew: command.kind === 'register' };
    const handled = await this.dataSource.asOne(async () => {
      if ('grantedBy' in command) await this.holdNamed(tenant, command, metadata);
      return this.handler.handle(stream, command, metadata);
    });
    if (handled.added.length > 0) this.outgoing.wake();
    return handled;
  }

  /** An application that may get tokens, of whatever tenant that is not suspended, as it is now: it is asked for with every token. */
  enabled(id: string): Promise<EnabledApplication | undefined> {
    return this.finding.join(id);
  }

  private async allEnabled(ids: readonly string[]): Promise<(EnabledApplication | undefined)[]> {
    const rows = await this.dataSource.query<{ application: string }[]>(
      'select enabled_applications($1)::text as application',
      [[...new Set(ids)]],
    );
    const read = rows.map(({ application }) => this.said.meaningOf(application));
    const byId = new Map(read.map((application) => [application.id, application]));
    return ids.map((id) => byId.get(id));
  }

  /** @throws DomainError `not-found`, also for another tenant's. */
  async get(tenant: string, id: string): Promise<ApplicationView> {
    const row = await this.dataSource.getRepository(ApplicationRow).findOneBy({ id, tenant });
    if (!row) throw applicationNotFound(id);
    return viewOf(row);
  }

  /** What it is to belong to, and to act as, is there for whoever says so. */
  private async holdNamed(
    tenant: string,
    command: RegisterApplication | UpdateApplication,
    { actor }: EventMetadata,
  ): Promise<void> {
    const { teamId, serviceAccountId } = command.kind === 'register' ? command.terms : command.changes;
    const asker = askerOf(tenant, command.grantedBy, actor);
    if (teamId) await this.teams.hold(asker, teamId, 'teamId');
    if (serviceAccountId) await this.accounts.lend(asker, serviceAccountId, command.grantedBy);
  }

  /** One page, oldest first; `cursor` is the last id of the page before. */
  async list(
    tenant: string,
    reach: Reach,
    { cursor = '', limit }: { cursor?: string; limit: number },
  ): Promise<{ items: ApplicationView[]; nextCursor: string | null }> {
    const rows = await this.dataSource.getRepository(ApplicationRow).find({
      where: { tenant, id: reach === 'all' ? MoreThan(cursor) : And(MoreThan(cursor), within(reach)) },
      order: { id: 'asc' },
      take: limit + 1,
    });
    const page = rows.slice(0, limit);
    return { items: page.map(viewOf), nextCursor: rows.length > limit ? (page.at(-1)?.id ?? null) : null };
  }
}

function viewOf({
  id,
  tenant,
  status,
  terms,
  secrets,
  createdAt,
  createdBy,
}: ApplicationRow): ApplicationView {
  const shown = secrets.map(({ id: secretId, last4, retiresAt }) => ({ id: secretId, last4, retiresAt }));
  const { teamId = null, plan = null, serviceAccountId = null } = terms;
  return {
    id,
    tenant,
    status,
    ...terms,
    teamId,
    plan,
    serviceAccountId,
    secrets: shown,
    createdAt: createdAt.toISOString(),
    createdBy,
  };
}

const within = (reach: readonly string[]) => Raw((id) => isWithinReach(id, ':reach'), { reach });
