import type { ApiList, ApiTerms, ApiView, HistoryPage } from '@gatehouse/contracts';
import { EventStore } from '@gatehouse/event-store';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { historyOf } from '../stream-history.js';
import { apiNotFound } from './api.errors.js';

interface Row {
  id: string;
  tenant: string;
  terms: ApiTerms;
  version: number;
  published_at: Date;
  published_by: string;
  changed_at: Date;
}

/** Which published APIs are asked for. */
export interface ApiFilter {
  cursor?: string;
  limit: number;
  name?: string;
}

/** What APIs a tenant has published. */
@Injectable()
export class Apis {
  constructor(@Inject(DataSource) private readonly dataSource: DataSource) {}

  /** @throws DomainError `not-found`, also for another tenant's. */
  async get(tenant: string, id: string): Promise<ApiView> {
    const [view] = await this.read('tenant = $1 and id = $2', [tenant, id]);
    if (!view) throw apiNotFound(id);
    return view;
  }

  /** One page, oldest first; `cursor` is the last id of the page before. With `name`, that one or none. */
  async list(tenant: string, { cursor = '', name, limit }: ApiFilter): Promise<ApiList> {
    const views = await this.read(
      'tenant = $1 and id > $2 and ($3::text is null or name = $3) order by id limit $4',
      [tenant, cursor, name ?? null, limit + 1],
    );
    const items = views.slice(0, limit);
    return { items, nextCursor: views.length > limit ? (items.at(-1)?.id ?? null) : null };
  }

  /** @throws DomainError `not-found`, also for another tenant's. */
  async history(tenant: string, id: string): Promise<HistoryPage> {
    const events = await EventStore.load(this.dataSource.manager, tenant, id);
    if (events.length === 0) throw apiNotFound(id);
    return historyOf(events);
  }

  /** How many there are. */
  async count(tenant: string): Promise<number> {
    const [row] = await this.dataSource.query<{ apis: number }[]>(
      'select count(*)::int as apis from api where tenant = $1',
      [tenant],
    );
    return row!.apis;
  }

  /** @param where begins with the tenant, which is the first parameter. */
  private async read(where: string, parameters: readonly [string, ...unknown[]]): Promise<ApiView[]> {
    const rows = await this.dataSource.query<Row[]>(`select * from api where ${where}`, [...parameters]);
    return rows.map(viewOf);
  }
}

const viewOf = (row: Row): ApiView => ({
  id: row.id,
  tenant: row.tenant,
  ...row.terms,
  version: row.version,
  publishedAt: row.published_at.toISOString(),
  publishedBy: row.published_by,
  changedAt: row.changed_at.toISOString(),
});
