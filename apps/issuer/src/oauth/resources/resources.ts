import { createHash } from 'node:crypto';
import type { ResourceTerms, ResourceView } from '@gatehouse/contracts';
import { CommandHandler, type EventMetadata } from '@gatehouse/event-store';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { OutgoingEvents } from '../../relay/outgoing-events.js';
import {
  type ResourceCommand,
  resourceDecider,
  type ResourceEvent,
  resourceEventOf,
  resourceNotFound,
  type ResourceState,
} from './resource.decider.js';
import { projectResources } from './resource.projection.js';

/** The APIs tokens are for, and what each wants its tokens to look like. */
@Injectable()
export class Resources {
  private readonly handler: CommandHandler<ResourceCommand, ResourceEvent, ResourceState>;

  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(OutgoingEvents) private readonly outgoing: OutgoingEvents,
  ) {
    this.handler = new CommandHandler(dataSource, resourceDecider, resourceEventOf, projectResources);
  }

  async declare(tenant: string, terms: ResourceTerms, metadata: EventMetadata): Promise<ResourceView> {
    const resourceId = resourceIdOf(tenant, terms.resource);
    await this.handle(tenant, { kind: 'declare', resourceId, terms }, metadata);
    return this.get(tenant, resourceId);
  }

  async withdraw(tenant: string, resourceId: string, reason: string, metadata: EventMetadata): Promise<void> {
    await this.handle(tenant, { kind: 'withdraw', resourceId, reason }, metadata);
  }

  /** @throws DomainError `not-found`, also for another tenant's. */
  async get(tenant: string, id: string): Promise<ResourceView> {
    const [row] = await this.dataSource.query<{ id: string; terms: ResourceTerms }[]>(
      'select id, terms from resource where tenant = $1 and id = $2',
      [tenant, id],
    );
    if (!row) throw resourceNotFound(id);
    return { id: row.id, ...row.terms };
  }

  /** One page; `cursor` is the last id of the page before. */
  async list(
    tenant: string,
    { cursor = '', limit }: { cursor?: string; limit: number },
  ): Promise<{ items: ResourceView[]; nextCursor: string | null }> {
    const rows = await this.dataSource.query<{ id: string; terms: ResourceTerms }[]>(
      'select id, terms from resource where tenant = $1 and id > $2 order by id limit $3',
      [tenant, cursor, limit + 1],
    );
    const items = rows.slice(0, limit).map(({ id, terms }) => ({ id, ...terms }));
    return { items, nextCursor: rows.length > limit ? (items.at(-1)?.id ?? null) : null };
  }

  private async handle(tenant: string, command: ResourceCommand, metadata: EventMetadata): Promise<void> {
    const { added } = await this.handler.handle({ id: command.resourceId, tenant }, command, metadata);
    if (added.length > 0) this.outgoing.wake();
  }
}

/** One resource of a tenant has one stream, whoever declares it and how often. */
const resourceIdOf = (tenant: string, resource: string): string =>
  `res_${createHash('sha256').update(`${tenant}\n${resource}`).digest('hex').slice(0, 32)}`;
