import type { Project, StoredEvent } from '@gatehouse/event-store';
import type { EntityManager } from 'typeorm';
import { apiEventOf } from './api.decider.js';

/** Keeps `api` true, in the transaction that appends the events. */
export const projectApis: Project = async (manager, events) => {
  for (const stored of events) await apply(manager, stored);
};

async function apply(manager: EntityManager, stored: StoredEvent): Promise<unknown> {
  const { type, data } = apiEventOf(stored);
  switch (type) {
    case 'catalog.api-published.v1': {
      const { apiId, ...terms } = data;
      return manager.query(
        `insert into api (id, tenant, name, terms, version, published_at, published_by, changed_at)
         values ($1, $2, $3, $4, $5, $6, $7, $6)`,
        [apiId, stored.tenant, terms.name, terms, stored.version, stored.at, stored.metadata.actor],
      );
    }
    case 'catalog.api-changed.v1': {
      const { apiId, ...terms } = data;
      return manager.query(
        'update api set name = $2, terms = $3, version = $4, changed_at = $5 where id = $1',
        [apiId, terms.name, terms, stored.version, stored.at],
      );
    }
    case 'catalog.api-retired.v1':
      return manager.query('delete from api where id = $1', [data.apiId]);
  }
}
