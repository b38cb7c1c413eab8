import type { Project } from '@gatehouse/event-store';
import { scopeEventOf } from './scope.decider.js';

/** Keeps `custom_scope` true, in the transaction that appends the events. */
export const projectScopes: Project = async (manager, events) => {
  for (const stored of events) {
    const event = scopeEventOf(stored);
    switch (event.type) {
      case 'scope.defined.v1':
        await manager.query(
          `insert into custom_scope (tenant, name, category, description) values ($1, $2, $3, $4)
           on conflict (tenant, name) do update
           set category = excluded.category, description = excluded.description`,
          [stored.tenant, event.data.name, event.data.category, event.data.description],
        );
        break;
      case 'scope.retired.v1':
        await manager.query('delete from custom_scope where tenant = $1 and name = $2', [
          stored.tenant,
          event.data.name,
        ]);
    }
  }
};
