import type { Project } from '@gatehouse/event-store';
import { resourceEventOf } from './resource.decider.js';

/** Keeps `resource` true, in the transaction that appends the events. */
export const projectResources: Project = async (manager, events) => {
  for (const stored of events) {
    const { type, data } = resourceEventOf(stored);
    if (type === 'resource.withdrawn.v1') {
      await manager.query('delete from resource where id = $1', [stored.streamId]);
    } else {
      const { resourceId, ...terms } = data;
      await manager.query(
        `insert into resource (id, tenant, uri, terms) values ($1, $2, $3, $4)
         on conflict (id) do update set terms = excluded.terms`,
        [resourceId, stored.tenant, terms.resource, terms],
      );
    }
  }
};
