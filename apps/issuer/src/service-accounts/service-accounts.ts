import type { HistoryPage, ServiceAccountList, ServiceAccountView } from '@gatehouse/contracts';
import { EventStore } from '@gatehouse/event-store';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { historyOf } from '../stream-history.js';
import { serviceAccountNotFound } from './service-account.errors.js';
import { isWithinReach, type Reach, reachParameter } from '../teams/reach.js';

interface Row {
  id: string;
  tenant: string;
  name: string;
  description: string;
  owner: string;
  scopes: string[];
  suspended_reason: string | null;
  created_at: Date;
  created_by: string;
}

/** Which service accounts are asked for. */
export interface ServiceAccountFilter {
  cursor?: string;
  limit: number;
  owner?: string;
}

/** What service accounts a tenant has. */
@Injectable()
export class ServiceAccounts {
  constructor(@Inject(DataSource) private readonly dataSource: DataSource) {}

  /** @throws DomainError `not-found`, also for another tenant's. */
  async get(tenant: string, id: string): Promise<ServiceAccountView> {
    const [view] = await this.read('tenant = $1 and id = $2', [tenant, id]);
    if (!view) throw serviceAccountNotFound(id);
    return view;
  }

  /** One page, oldest first; `cursor` is the last id of the page before. */
  async list(
    tenant: string,
    reach: Reach,
    { cursor = '', owner, limit }: ServiceAccountFilter,
  ): Promise<ServiceAccountList> {
    const views = await this.read(
      `tenant = $1 and id > $2 and ($3::text is null or owner = $3)
       and ${isWithinReach('service_account.id', '$4')} order by id limit $5`,
      [tenant, cursor, owner ?? null, reachParameter(reach), limit + 1],
    );
    const items = views.slice(0, limit);
    return { items, nextCursor: views.length > limit ? (items.at(-1)?.id ?? null) : null };
  }

  /** @throws DomainError `not-found`, also for another tenant's. */
  async history(tenant: string, id: string): Promise<HistoryPage> {
    const events = await EventStore.load(this.dataSource.manager, tenant, id);
    if (events.length === 0) throw serviceAccountNotFound(id);
    return historyOf(events);
  }

  /** @param where begins with the tenant, which is the first parameter. */
  private async read(
    where: string,
    parameters: readonly [string, ...unknown[]],
  ): Promise<ServiceAccountView[]> {
    const rows = await this.dataSource.query<Row[]>(`select * from service_account where ${where}`, [
      ...parameters,
    ]);
    return rows.map(viewOf);
  }
}

const viewOf = (row: Row): ServiceAccountView => ({
  id: row.id,
  tenant: row.tenant,
  name: row.name,
  description: row.description,
  owner: row.owner,
  scopes: row.scopes,
  status: row.suspended_reason === null ? 'active' : 'suspended',
  suspendedReason: row.suspended_reason,
  createdAt: row.created_at.toISOString(),
  createdBy: row.created_by,
});
